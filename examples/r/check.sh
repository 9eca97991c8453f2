#!/usr/bin/env bash
# What share.R and share.py print of a release, compared line by line; silent where they agree. The
# intervals are not compared: share.R reads what is public, share.py what is internal.
#     examples/r/check.sh [path/to/release]
set -euo pipefail
cd "$(dirname "$0")/../.."
release=${1:-release}
python=$(command -v .venv/bin/python || command -v python)
for indicator in "Text mining" "Machine learning" "At least one AI technology" "ICT security"; do
    diff \
        <("$python" examples/python/share.py "$indicator" "" "$release" | sed "s/ (95 % interval.*//" | sort) \
        <(Rscript examples/r/share.R "$indicator" "" "$release" | sed "s/ (95 % interval.*//" | sort)
done
