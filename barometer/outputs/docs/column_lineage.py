"""Column lineage: which columns each column of a model is made of, read from its compiled SQL."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from barometer.system.whole_files import read_kept, write_kept

DIALECT = "duckdb"

EDGES_SCHEMA = pa.schema(
    [
        ("relation", pa.string()),
        ("column_name", pa.string()),
        ("from_relation", pa.string()),
        ("from_column_name", pa.string()),
    ]
)

Columns = Mapping[str, Mapping[str, str]]
"""Of each relation, `schema.name`: data type by column name."""


@dataclass(frozen=True)
class Model:
    """A model as lineage sees it: its compiled SQL, or what its YAML declares."""

    relation: str
    """Where it is built, `schema.name`."""
    sql: str | None
    """Compiled SQL; None for a Python model."""
    declared: Mapping[str, list[str]]
    """`meta.made_of`, for what no parser can read: by column, columns as `schema.name.column`."""


def column_edges(
    models: Iterable[Model],
    columns: Columns,
    unfollowed: list[str] | None = None,
    kept: Path | None = None,
) -> pa.Table:
    """One row for each column that a column of a model is made of.

    A column without a row is made of no column: a constant, a count of rows, a row number.
    Values are followed, filters and join conditions are not: those are lineage of the model.

    Args:
        models: what to follow, in any order.
        columns: the columns of every relation that the models read or are.
        unfollowed: receives the sentence of each model that cannot be followed, which then has
            no rows; without it the first such model is an error.
        kept: a file that keeps what SQL was read to, from one build to the next; None for none.
            A damaged one is made anew.

    Returns:
        Schema `EDGES_SCHEMA`, sorted, without repetitions.

    Raises:
        ValueError: a model that cannot be followed and declares nothing, or a declaration
            of a column that does not exist.
    """
    edges = set()
    schema = schema_of(columns)
    before = json.loads(kept and read_kept(kept) or "{}")
    read = {}
    for model in models:
        try:
            if model.declared:
                found = declared_edges(model, columns)
            else:
                key = digest(model, columns)
                found = before.get(key) or sorted(
                    read_edges(model, columns[model.relation], schema)
                )
                read[key] = found
        except ValueError as fault:
            if unfollowed is None:
                raise
            unfollowed.append(str(fault))
            continue
        edges.update((model.relation, *edge) for edge in found)
    if kept:
        write_kept(kept, json.dumps(read).encode())
    rows = [dict(zip(EDGES_SCHEMA.names, edge, strict=True)) for edge in sorted(edges)]
    return pa.Table.from_pylist(rows, schema=EDGES_SCHEMA)


def digest(model: Model, columns: Columns) -> str:
    """What distinguishes the SQL of a model, and all that it is read with, from any other."""
    sql = model.sql or ""
    named = {
        relation: list(types.items())
        for relation, types in columns.items()
        if relation == model.relation or relation.rpartition(".")[2] in sql
    }
    source = json.dumps([sql, sorted(named.items())])
    return hashlib.sha256(reader() + source.encode()).hexdigest()


@cache
def reader() -> bytes:
    """What distinguishes the reader of the SQL from any other: this module, and the version of the parser."""
    return Path(__file__).read_bytes() + version("sqlglot").encode()


def declared_edges(model: Model, columns: Columns) -> set[tuple[str, str, str]]:
    """(column, relation, column there) as the YAML of a model declares them."""
    edges = set()
    undeclared = set(columns[model.relation]) ^ set(model.declared)
    if undeclared:
        raise ValueError(
            f"meta.made_of of {model.relation}: found {', '.join(sorted(undeclared))} either built or "
            "declared; expected every column to be both"
        )
    for column, sources in model.declared.items():
        for source in sources:
            relation, _, name = source.rpartition(".")
            if name not in columns.get(relation, {}):
                raise ValueError(
                    f"meta.made_of of {model.relation}, column {column}: found {source}; "
                    "expected schema.relation.column of a column that exists"
                )
            edges.add((column, relation, name))
    return edges


def read_edges(
    model: Model, own_columns: Iterable[str], schema: MappingSchema
) -> set[tuple[str, str, str]]:
    """(column, relation, column there) as the SQL of a model has them.

    A table function, such as `range`, is no relation: a column of it is made of nothing.
    """
    if model.sql is None:
        raise ValueError(
            f"{model.relation}: found a Python model without meta.made_of; expected one that "
            "declares what each of its columns is made of"
        )
    try:
        query = qualify(
            without_database(parse_one(model.sql, dialect=DIALECT)), schema=schema, dialect=DIALECT
        )
        for union in query.find_all(exp.SetOperation):
            if union.args.get("by_name"):
                align(union, list(dict.fromkeys(output_names(union))))
        scope = build_scope(query)
        return {
            (column, f"{leaf.expression.db}.{leaf.expression.name}", unquoted(leaf.name))
            for column in own_columns
            for leaf in lineage(
                column, query, schema, dialect=DIALECT, scope=scope, copy=False, trim_selects=False
            ).walk()
            if not leaf.downstream and isinstance(leaf.expression, exp.Table) and leaf.expression.db
        }
    except SqlglotError as error:
        raise ValueError(
            f"{model.relation}: found SQL whose columns cannot be followed ({error}); expected plainer "
            "SQL, or meta.made_of in its YAML"
        ) from error


def output_names(query: exp.Expression) -> list[str]:
    """Names that the sides of a union select, the left side's first, repetitions included."""
    if isinstance(query, exp.SetOperation):
        return output_names(query.left) + output_names(query.right)
    return query.named_selects


def align(query: exp.Expression, names: list[str]) -> None:
    """Give every side of a union by name the same columns in the same order, as DuckDB does."""
    if isinstance(query, exp.SetOperation):
        query.set("by_name", False)
        align(query.left, names)
        align(query.right, names)
        return
    selected = {select.alias_or_name: select for select in query.selects}
    query.set("expressions", [selected.get(name) or exp.alias_(exp.null(), name) for name in names])


def schema_of(columns: Columns) -> MappingSchema:
    """The columns as the parser takes them: schema, relation, column, data type."""
    mapping = {}
    for relation, types in columns.items():
        folder, _, name = relation.partition(".")
        mapping.setdefault(folder, {})[name] = dict(types)
    return MappingSchema(mapping, dialect=DIALECT)


def without_database(query: exp.Expression) -> exp.Expression:
    """The query with `schema.name` in place of `database.schema.name`."""
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    return query


def unquoted(name: str) -> str:
    """The column's name in a name like `"alias"."column"`."""
    return name.rpartition(".")[2].strip('"')
