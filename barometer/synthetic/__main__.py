"""`python -m barometer.synthetic`: rewrite the synthetic raw seeds of the repository in the current folder."""

import sys
from pathlib import Path

from barometer.synthetic.generate import generate

if __name__ == "__main__":
    try:
        for path in generate(Path.cwd()):
            print(f"synthetic data: {path}")
    except (KeyError, OSError, ValueError) as error:
        sys.exit(f"barometer.synthetic: {error.args[0] if isinstance(error, KeyError) else error}")
