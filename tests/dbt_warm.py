"""dbt with all that a run of it imports and compiles: for the process that runs of dbt are made from.

dbt compiles what reads and writes each of its classes when it is first asked to, and works out what
they may hold: some three seconds of every run. Here each is asked to read or write nothing: that
fails, and leaves the compiled code.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

import babel.dates  # noqa: F401
import dbt.cli.main
import dbt.plugins.manager
import dbt.task.build
import dbt.task.docs.generate
import dbt.task.retry
import dbt.task.show
import pandas  # noqa: F401
import sqlglot.lineage  # noqa: F401
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.artifacts.resources.v1 import config, seed
from dbt.contracts import project
from dbt.contracts.files import FileHash
from dbt.contracts.graph import nodes, unparsed
from dbt.contracts.graph.manifest import ManifestStateCheck
from dbt.parser.manifest import ManifestLoader
from dbt.version import __version__
from dbt_common.dataclass_schema import dbtClassMixin

import barometer.duckdb_plugin  # noqa: F401

# What a parse holds its files against: the classes that take longest to describe.
DESCRIBED = (
    DuckDBCredentials,
    config.NodeConfig, seed.SeedConfig,
    project.Configuration, project.Project, project.ProjectFlags,
    nodes.GenericTestNode, nodes.HookNode, nodes.ModelNode, nodes.SeedNode, nodes.SingularTestNode,
    unparsed.UnparsedMetric, unparsed.UnparsedModelUpdate, unparsed.UnparsedSemanticModel,
)


def subclasses(parent: type) -> Iterator[type]:
    """Every class that descends from one."""
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


# What dbt parsed is of any variables (tests/test_editions.py): with others it reads nothing again.
whole_state = ManifestLoader.build_manifest_state_check


def state_without_variables(loader: ManifestLoader) -> ManifestStateCheck:
    """What dbt compares with the last run, to know whether what it parsed then still holds."""
    state = whole_state(loader)
    # As dbt has it without any, so that one that is not warm reads it too.
    state.vars_hash = FileHash.from_contents("\x00".join(["{}", "", "", __version__]))
    return state


ManifestLoader.build_manifest_state_check = state_without_variables


def dump(value: object, file: TextIO, **options: object) -> None:
    """`json.dump`, the same text in a fifth of the time: as one, not in pieces."""
    file.write(json.dumps(value, **options))


json.dump = dump

for one in dict.fromkeys(subclasses(dbtClassMixin)):
    if one.__module__.startswith(("dbt.artifacts", "dbt.contracts")):
        for ask in (
            lambda: one.from_dict({}),
            lambda: one.from_msgpack(b"\x80"),
            lambda: object.__new__(one).to_dict(),
            lambda: object.__new__(one).to_msgpack(),
        ):
            with suppress(Exception):
                ask()
for one in DESCRIBED:
    one.json_schema()
