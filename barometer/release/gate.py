"""Whether what a run of dbt left in the warehouse may be released.

Two kinds of run may: one that built and tested everything, and one that built what differs from
the release, `--select state:modified+ --state <release>/internal/state`, in the warehouse that the
release was made of. The warehouse remembers what that takes, in two tables of the schema `quality`:

    built_since_release   nodes that a run was to build, whatever became of it, since the release
    released_from         the release that the warehouse was published as, and its variables
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import duckdb

from barometer.release.last_release import last_release, unseen_changes
from barometer.release.release_manifest import INTERNAL, MANIFEST, PACKAGES

# What is built or tested in a release; unit tests are of code, and count where they ran.
RELEASED_TYPES = ("seed", "model", "test")
PASSED = ("success", "pass", "warn")
CHANGED_ONLY = ("state:modified+",)


@dataclass(frozen=True)
class Run:
    """A run of dbt as it reports at its end."""

    manifest: Mapping
    """dbt's manifest of the run."""
    outcomes: Mapping[str, tuple[str, int]]
    """Status and number of failures by unique_id, of every node that the run was to build."""
    release_path: Path
    keep_releases: int
    variables: Mapping[str, object] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)
    """Arguments of the command line by name, as dbt has them."""

    @property
    def failed(self) -> list[str]:
        """Nodes that failed, or that were skipped because another one did."""
        return [node for node, (status, _) in self.outcomes.items() if status not in PASSED]

    @property
    def passed(self) -> set[str]:
        """Nodes that were built, or tested, and are as they should be."""
        return self.outcomes.keys() - set(self.failed)

    @property
    def left_out(self) -> list[str]:
        """Nodes of a release that the run was not to build."""
        return sorted(
            name
            for name, node in self.manifest["nodes"].items()
            if node["resource_type"] in RELEASED_TYPES and name not in self.outcomes
        )

    def has_built(self, name: str) -> bool:
        """Whether the run built a model, by its name."""
        return any(
            node["name"] == name and unique_id in self.passed
            for unique_id, node in self.manifest["nodes"].items()
            if node["resource_type"] == "model"
        )


def reasons_to_withhold(session: duckdb.DuckDBPyConnection, run: Run) -> list[str]:
    """Why a run is not released, as parts of a sentence; empty where it is."""
    if run.failed:
        return [f"{len(run.failed)} of {len(run.outcomes)} nodes failed or were skipped"]
    if run.arguments.get("empty") or run.arguments.get("sample"):
        return ["it was built from a part of the rows, with --empty or --sample"]
    if not run.left_out:
        return []
    if not is_of_changes(run):
        return [
            f"{len(run.left_out)} nodes were left out (the first: {run.left_out[0]}); only a whole "
            "`dbt build` is released, or one of what changed: "
            f"--select {CHANGED_ONLY[0]} --state {run.release_path / INTERNAL / 'state'}"
        ]
    return reasons_to_build_all(session, run)


def is_of_changes(run: Run) -> bool:
    """Whether a run was to build all that differs from the release, and nothing else."""
    arguments, release = run.arguments, last_release(str(run.release_path))
    return (
        release is not None
        and tuple(arguments.get("select") or ()) == CHANGED_ONLY
        and not any(arguments.get(name) for name in ("exclude", "selector", "resource_types", "defer"))
        and arguments.get("indirect_selection") in (None, "eager")
        and set(arguments.get("exclude_resource_types") or ()) <= {"unit_test"}
        and os.path.realpath(str(arguments.get("state"))) == os.path.realpath(f"{release}/state")
    )


def reasons_to_build_all(session: duckdb.DuckDBPyConnection, run: Run) -> list[str]:
    """Why what a run left out may be other than it was released."""
    release, variables = session.sql("from quality.released_from").fetchone() or (None, None)
    if release != release_id(run.release_path):
        return [f"the warehouse is not the one that {run.release_path} was made of; build all"]
    reasons = []
    if json.loads(variables) != run.variables:
        reasons.append("the variables are not those of the release")
    others = [
        name
        for (name,) in session.sql("from quality.built_since_release order by all").fetchall()
        if name in run.manifest["nodes"] and name not in run.passed
    ]
    if others:
        reasons.append(f"{others[0]} was built since the release, and not in this run")
    unseen = unseen_changes(session, run.release_path)
    if unseen:
        reasons.append(f"dbt does not see that these changed: {', '.join(unseen)}")
    manifest = json.loads((run.release_path / INTERNAL / MANIFEST).read_text(encoding="utf-8"))
    others = [name for name in PACKAGES if manifest["versions"].get(name) != version(name)]
    if others:
        reasons.append(f"other versions are installed of {', '.join(others)}")
    return [f"{'; '.join(reasons)}; build all"] if reasons else []


def release_id(release_path: Path) -> str | None:
    """What distinguishes a release from any other: the digest of its internal manifest. None where there is none."""
    path = release_path / INTERNAL / MANIFEST
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def remember(session: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Note in the warehouse that it is what was released."""
    session.execute("delete from quality.built_since_release")
    session.execute("delete from quality.released_from")
    session.execute(
        "insert into quality.released_from values ($1, $2)",
        [release_id(run.release_path), json.dumps(run.variables)],
    )
