"""Lineage docs: the dbt docs as one page, column lineage and the uses of questions as data and as a page.

    <folder>/index.html           the dbt docs: models, columns, tests, the graph
    <folder>/lineage.html         where a number comes from, and what a question carries
    <folder>/column_lineage.csv   one row a column that a column is made of
    <folder>/question_uses.csv    one row a definition that rests on a question
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
from dbt.task.docs import DOCS_INDEX_FILE_PATH
from jinja2 import Environment

from barometer.outputs.docs.column_lineage import Columns, Model, column_edges
from barometer.outputs.docs.public_manifest import public_manifest

FOLLOWED = ("seed", "model")

# What the raw files have, as they have it: nothing in the warehouse is before it.
RAW = "raw"


def write_docs(
    session: duckdb.DuckDBPyConnection, manifest: Mapping, target: Path, folder: Path
) -> None:
    """Write the four files into a new folder.

    Args:
        session: connection to the warehouse, all models built.
        manifest: dbt's manifest of this build.
        target: dbt's target folder, with the compiled SQL.
        folder: to be made.
    """
    compiled = compiled_models(manifest, target)
    folder.mkdir(parents=True)
    columns = built_columns(session)
    columns |= raw_columns(session, relations_of(manifest), columns)
    models = [
        model for model in models_of(manifest, compiled, columns) if model.relation in columns
    ]
    # Docs with a gap are no reason to withhold numbers; a test holds that there is none.
    unfollowed = []
    edges = column_edges(models, columns, unfollowed, target / "lineage.json")
    for sentence in unfollowed:
        print(f"lineage docs: {sentence}")
    uses = session.sql("from quality.qlt_question_uses order by all").to_arrow_table()
    for name, table in (("column_lineage", edges), ("question_uses", uses)):
        pyarrow.csv.write_csv(table, folder / f"{name}.csv")
    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        (files("barometer.outputs.docs") / "lineage.html").read_text(encoding="utf-8")
    )
    (folder / "lineage.html").write_text(
        page.render(
            data=embedded(page_data(session, relations_of(manifest), columns, edges, uses)),
            is_synthetic=bool(
                session.sql(
                    "select bool_or(status = 'synthetic') from marts.dim_editions"
                ).fetchone()[0]
            ),
        ),
        encoding="utf-8",
    )
    write_dbt_docs(public_manifest(manifest), columns, folder / "index.html")


def compiled_models(manifest: Mapping, target: Path) -> dict[str, str]:
    """Compiled SQL by unique_id, as dbt left it in its target folder before it ran each model."""
    found = {}
    for unique_id, node in manifest["nodes"].items():
        path = target / "compiled" / node["package_name"] / node["original_file_path"]
        if node["resource_type"] == "model" and node["language"] == "sql" and path.exists():
            found[unique_id] = path.read_text(encoding="utf-8")
    return found


def relations_of(manifest: Mapping) -> dict[str, str]:
    """`schema.name` by name, of everything that is built or read."""
    return {
        node["name"]: f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] in FOLLOWED
    }


def models_of(manifest: Mapping, compiled: Mapping[str, str], columns: Columns) -> list[Model]:
    """The models of a manifest as lineage sees them.

    Those of raw files are where it ends, but for those that declare what they are made of.
    """
    relations = relations_of(manifest)
    data_columns = data_columns_of(manifest, columns)
    models = [
        (
            node["schema"],
            Model(
                relations[node["name"]],
                compiled.get(unique_id) if node["language"] == "sql" else None,
                declared_sources(node, relations, data_columns),
            ),
        )
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model"
    ]
    return [model for schema, model in models if schema != RAW or model.declared]


def data_columns_of(manifest: Mapping, columns: Columns) -> dict[str, list[str]]:
    """Columns that the YAML of a raw model does not name, by relation: the questions."""
    return {
        relation: [name for name in columns[relation] if name not in node["columns"]]
        for node in manifest["nodes"].values()
        if (relation := f"{node['schema']}.{node['alias']}") in columns and node["schema"] == RAW
    }


def declared_sources(
    node: Mapping, relations: Mapping[str, str], data_columns: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """`meta.made_of` of a model's columns, with `schema.name.column` for `name.column`.

    `name.*` means the columns that are data.
    """
    declared = {}
    for name, column in node["columns"].items():
        if "made_of" in column["config"]["meta"]:
            declared[name] = sources = []
            for source in column["config"]["meta"]["made_of"]:
                model, _, of_model = source.partition(".")
                relation = relations.get(model, "?")
                found = data_columns.get(relation) if of_model == "*" else None
                sources += [f"{relation}.{each}" for each in found or [of_model]]
    return declared


def built_columns(session: duckdb.DuckDBPyConnection) -> Columns:
    """Data type of every column in the warehouse, by relation and name, in their order."""
    found = {}
    for relation, column, data_type in session.sql(
        """
        select schema_name || '.' || table_name, column_name, data_type
        from duckdb_columns()
        where database_name = current_database() and not internal
        order by schema_name, table_name, column_index
        """
    ).fetchall():
        found.setdefault(relation, {})[column] = data_type
    return found


def raw_columns(
    session: duckdb.DuckDBPyConnection, relations: Mapping[str, str], columns: Columns
) -> Columns:
    """The columns of the raw responses with the questions of every edition, built now or not."""
    relation = relations["raw_responses"]
    questions = session.sql("select distinct column_name from reference.questions order by all")
    names = [name for (name,) in questions.fetchall()]
    return {relation: columns[relation] | dict.fromkeys(names, "VARCHAR")}


def page_data(
    session: duckdb.DuckDBPyConnection,
    relations: Mapping[str, str],
    columns: Columns,
    edges: pa.Table,
    uses: pa.Table,
) -> dict:
    """What lineage.html shows."""
    names = {relation: name for name, relation in relations.items()}

    def rows(query: str) -> list[tuple]:
        return session.sql(query).fetchall()

    # Raw columns are shown where something is made of them.
    listed = {(relation, column) for _, _, relation, column in rows_of(edges)} | {
        (relation, column)
        for relation, of_relation in columns.items()
        if not relation.startswith(f"{RAW}.")
        for column in of_relation
    }
    return {
        "edges": rows_of(edges),
        "uses": [
            [edition, question, kind, used_by, consequence]
            for edition, question, _, kind, used_by, consequence in rows_of(uses)
        ],
        "links": rows("from definitions.lin_dependencies order by all"),
        "asked": rows("select edition, question_id, column_name from reference.questions order by all"),
        "editions": [
            edition for (edition,) in rows("select edition from marts.dim_editions order by all desc")
        ],
        "relations": dict(sorted(relations.items())),
        "columns": sorted(
            f"{names[relation]}.{column}" for relation, column in listed if relation in names
        ),
        "questions": rows("select question_id, label_en, label_nl from marts.dim_questions order by all"),
        "bases": rows("select base_id, label_en, label_nl from reference.bases order by sort_order"),
        "indicators": rows(
            """
            select
                indicator_id || '|' || base_id, indicators.label_en, indicators.label_nl,
                base_id, question_id, hit_codes
            from reference.indicators inner join reference.bases using (base_id)
            order by indicators.sort_order, indicator_id, bases.sort_order
            """
        ),
        "exhibits": exhibits(session),
        "numbers": printed_numbers(session, columns, relations),
        "estimates": estimates(session),
    }


def exhibits(session: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str]]:
    """Tables and figures in the order of the report: id, both titles, what a part of it is called."""
    return session.sql(
        """
        with exhibits as (
            select
                table_id as exhibit, 'table_title' as term_id, 'column' as part,
                sort_order::varchar as number, title_en, title_nl
            from reference.report_tables
            union all
            select figure, 'figure_title', 'bar', sort_order::varchar, title_en, title_nl
            from reference.figure_titles
        )
        select
            exhibit,
            replace(replace(label_en, '{number}', number), '{title}', title_en),
            replace(replace(label_nl, '{number}', number), '{title}', title_nl),
            part
        from exhibits inner join reference.report_terms using (term_id)
        order by part desc, number::integer
        """
    ).fetchall()


def printed_numbers(
    session: duckdb.DuckDBPyConnection, columns: Columns, relations: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Each exhibit and indicator of it, with the mart's column that holds the numbers."""
    marts = dict(session.sql("select table_id, mart_name from reference.report_tables").fetchall())
    bars = set(session.sql("select figure, indicator_id, base_id from reference.figures").fetchall())
    parts = session.sql(
        """
        select distinct
            split_part(used_by_id, '|', 1), split_part(used_by_id, '|', 2), split_part(used_by_id, '|', 3)
        from quality.qlt_question_uses where used_by_kind = 'part' order by all
        """
    ).fetchall()
    numbers = []
    for exhibit, indicator, base in parts:
        mart = marts.get(exhibit)
        if mart and indicator in columns[relations[mart]]:
            column = f"{mart}.{indicator}"
        elif (exhibit, indicator, base) in bars:
            column = "rpt_figures.value_pct"
        else:  # a number in the text, or an N below a figure
            column = "fct_estimates.estimate_pct"
        numbers.append((exhibit, f"{indicator}|{base}", column))
    return numbers


def estimates(session: duckdb.DuckDBPyConnection) -> list[tuple[int, str, str, int, int]]:
    """Of each edition and indicator: its total as printed, how many estimates and printed numbers."""
    return session.sql(
        """
        select
            edition,
            indicator_id || '|' || base_id,
            coalesce(
                if(
                    indicator_id in (
                        select indicator from reference.published_figures
                        group by all having bool_and(unit = 'count')
                    ),
                    any_value(hit_count) filter (where domain = 'total') || ' responses',
                    format('{:.1f} %', round(any_value(estimate_pct) filter (where domain = 'total'), 1))
                ),
                'no number'
            ),
            count(*),
            (
                select count(*) from reference.published_figures as printed
                where
                    printed.edition = estimates.edition
                    and printed.indicator = estimates.indicator_id
                    and printed.base = estimates.base_id
            )
        from marts.fct_estimates as estimates
        group by edition, indicator_id, base_id
        order by all
        """
    ).fetchall()


def rows_of(table: pa.Table) -> list[tuple]:
    """The rows of a table as tuples."""
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def embedded(value: object) -> str:
    """JSON as it may be inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c")


def write_dbt_docs(manifest: Mapping, columns: Columns, path: Path) -> None:
    """The dbt docs as one page, like `dbt docs generate --static`, of this very build.

    Without compiled SQL, which names the machine's paths.
    """
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    for placeholder, content in (
        ("MANIFEST.JSON INLINE DATA", manifest),
        ("CATALOG.JSON INLINE DATA", catalog(manifest, columns)),
    ):
        if f'"{placeholder}"' not in page:
            raise LookupError(f"dbt's docs page: found no place for {placeholder}; expected one")
        page = page.replace(f'"{placeholder}"', embedded(content))
    path.write_text(page, encoding="utf-8")


def catalog(manifest: Mapping, columns: Columns) -> dict:
    """What dbt's catalog.json says: the columns that were built."""
    return {
        "metadata": {},
        "errors": None,
        "sources": {},
        "nodes": {
            unique_id: {
                "unique_id": unique_id,
                "metadata": {
                    "type": "BASE TABLE",
                    "schema": node["schema"],
                    "name": node["alias"],
                    "database": node["database"],
                    "comment": None,
                    "owner": None,
                },
                "columns": {
                    name: {"type": data_type, "index": index, "name": name, "comment": None}
                    for index, (name, data_type) in enumerate(
                        columns[f"{node['schema']}.{node['alias']}"].items(), start=1
                    )
                    # Those of raw files differ from build to build.
                    if node["schema"] != RAW or name in node["columns"]
                },
                "stats": {},
            }
            for unique_id, node in manifest["nodes"].items()
            if f"{node['schema']}.{node['alias']}" in columns
        },
    }
