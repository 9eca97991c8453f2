"""Column lineage and the uses of questions, held against DuckDB's own binder and a real dropped question."""

import csv
import json
from types import SimpleNamespace

import duckdb
import pytest

from barometer.duckdb_plugin import Plugin
from barometer.lineage import Model, column_edges
from barometer.lineage_docs import built_columns, models_of, relations_of
from helpers import read_cells, rebuild, write_cells

COLUMNS = {
    "a.source": {"place": "varchar", "count": "integer", "weight": "double"},
    "b.other": {"place": "varchar", "rate": "double"},
}


def edges(sql, built, declared=None, columns=COLUMNS):
    """Edges of one model `c.model`, as {(column, column it is made of)}."""
    table = column_edges(
        [Model("c.model", sql, declared or {})], columns | {"c.model": dict.fromkeys(built, "double")}
    )
    return {
        (row["column_name"], f"{row['from_relation']}.{row['from_column_name']}")
        for row in table.to_pylist()
    }


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "with s as (select * from warehouse.a.source), t as (select place, count * weight as w "
            "from s) select place, sum(w) as total from t group by place",
            {("place", "a.source.place"), ("total", "a.source.count"), ("total", "a.source.weight")},
        ),
        (
            "select s.place, o.rate as total from a.source as s join b.other as o on s.place = o.place",
            {("place", "a.source.place"), ("total", "b.other.rate")},
        ),
        (
            "select place, weight as total from a.source union all by name select rate as total, "
            "place from b.other",
            {
                ("place", "a.source.place"), ("place", "b.other.place"),
                ("total", "a.source.weight"), ("total", "b.other.rate"),
            },
        ),
        (
            "with s as (select place, count::double as count, weight from a.source) select place, total "
            "from s unpivot (total for kind in (count, weight))",
            {("place", "a.source.place"), ("total", "a.source.count"), ("total", "a.source.weight")},
        ),
        (
            "select place, count(*) as total from a.source group by all",
            {("place", "a.source.place")},
        ),
    ],
)
def test_columns_are_followed(sql, expected):
    """Joins, unions by name, unpivots and aggregates; a count of rows is made of no column."""
    assert edges(sql, ["place", "total"]) == expected


def test_a_union_by_name_of_three():
    """A column that a side lacks comes from the others alone."""
    sql = (
        "select place from a.source union all by name select place, rate as total from b.other "
        "union all by name select weight as total, place from a.source"
    )
    assert edges(sql, ["place", "total"]) == {
        ("place", "a.source.place"), ("place", "b.other.place"),
        ("total", "b.other.rate"), ("total", "a.source.weight"),
    }


def test_declared_lineage_is_taken():
    """What no parser reads says itself what it is made of."""
    declared = {"place": ["a.source.place"], "total": []}
    assert edges(None, declared, declared) == {("place", "a.source.place")}


@pytest.mark.parametrize(
    ("sql", "declared", "message"),
    [
        (None, {}, "c.model: found a Python model without meta.made_of"),
        ("select nothing from a.source", {}, "c.model: found SQL whose columns cannot be followed"),
        (None, {"place": []}, "found total either built or declared"),
        (None, {"place": ["a.source.gone"], "total": []}, "column place: found a.source.gone"),
        (None, {"place": ["a.gone.place"], "total": []}, "column place: found a.gone.place"),
    ],
)
def test_what_cannot_be_followed_is_refused(sql, declared, message):
    """The message names the model, and what to do."""
    with pytest.raises(ValueError, match=message):
        edges(sql, ["place", "total"], declared)


def test_docs_go_on_without_what_cannot_be_followed():
    """Where a list is given, it has the sentence, and the other models have their rows."""
    unfollowed = []
    models = [Model("c.model", None, {}), Model("b.other", "select place, weight as rate from a.source", {})]
    columns = COLUMNS | {"c.model": {"total": "double"}}
    assert len(column_edges(models, columns, unfollowed)) == 2
    assert len(unfollowed) == 1 and unfollowed[0].startswith("c.model: found a Python model")


@pytest.fixture(scope="module")
def manifest(built_project):
    """dbt's manifest of the built project."""
    return json.loads((built_project / "target" / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compiled(built_project, manifest):
    """Compiled SQL by unique_id."""
    return {
        unique_id: node["compiled_code"]
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["language"] == "sql"
    }


@pytest.fixture(scope="module")
def warehouse(built_project):
    """The built warehouse."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def lineage(warehouse, manifest, compiled):
    """Edges of the whole warehouse."""
    columns = built_columns(warehouse)
    return column_edges(models_of(manifest, compiled, columns), columns).to_pylist()


def test_lineage_follows_the_graph(manifest, lineage):
    """A column is made of columns of the model's parents alone, a declared one of ancestors;
    every mart reaches a seed.
    """
    relations = relations_of(manifest)
    parents = {
        (relations[node["name"]], relations[manifest["nodes"][parent]["name"]])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
        if parent in manifest["nodes"]
    }
    for model in models_of(manifest, {}, {}):
        if model.declared:
            parents |= {(model.relation, ancestor) for ancestor in reached_from({model.relation}, parents)}
    # The log of the tests is no node: the test materialization writes it.
    assert {
        (edge["relation"], edge["from_relation"])
        for edge in lineage
        if edge["from_relation"] != "quality.test_results"
    } <= parents
    seeds = {
        relations[node["name"]] for node in manifest["nodes"].values() if node["resource_type"] == "seed"
    }
    reached = reached_from(seeds, {(edge["from_relation"], edge["relation"]) for edge in lineage})
    assert {relation for relation in relations.values() if relation.startswith("marts.")} <= reached


def reached_from(starts, steps):
    """All that steps, pairs of (from, to), lead to from the starts, which are among it."""
    following = {}
    for start, end in steps:
        following.setdefault(start, set()).add(end)
    reached, waiting = set(), set(starts)
    while waiting:
        reached |= waiting
        waiting = set().union(*(following.get(each, set()) for each in waiting)) - reached
    return reached


def test_percentages_reach_the_answers(lineage, warehouse):
    """The answers are made of the raw columns of all questions and of nothing else, and every
    percentage of every mart reaches each of them.
    """
    asked = {
        ("raw.raw_responses", column)
        for (column,) in warehouse.sql("select distinct column_name from reference.questions").fetchall()
    }
    assert len(asked) > 50
    steps = {
        ((edge["relation"], edge["column_name"]), (edge["from_relation"], edge["from_column_name"]))
        for edge in lineage
    }
    answers = {("staging.stg_answers", column) for column in ("answer_code", "answer_text")}
    for answer in answers:
        assert reached_from({answer}, steps) == asked | {answer}
    for relation, column in built_percentages(warehouse):
        assert asked < reached_from({(relation, column)}, steps), (relation, column)


def built_percentages(warehouse):
    """(relation, column) of each estimate and each cell of a table or figure of percentages."""
    cells = warehouse.sql(
        """
        select 'marts.' || mart_name, indicators.indicator_id
        from reference.report_tables
        inner join reference.indicators
            on list_contains(string_split(indicators.source, '|'), table_id)
        """
    ).fetchall()
    assert cells
    return [("marts.fct_estimates", "estimate_pct"), ("marts.rpt_figures", "value_pct"), *cells]


def test_every_edge_is_one_that_duckdb_needs(warehouse, manifest, compiled, lineage):
    """Without the column that an edge names, DuckDB refuses the model's SQL or gives it another column."""
    empty = duckdb.connect()
    empty.execute("attach ':memory:' as warehouse; use warehouse")
    plugin = Plugin.__new__(Plugin)
    plugin.creds = SimpleNamespace(path="no file")
    plugin.configure_connection(empty)
    built = built_columns(warehouse)
    for relation, types in built.items():
        empty.execute(f"create schema if not exists {relation.partition('.')[0]}")
        create_empty(empty, relation, types)
    relations = relations_of(manifest)
    sql_of = {relations[manifest["nodes"][unique_id]["name"]]: sql for unique_id, sql in compiled.items()}
    declared = {model.relation for model in models_of(manifest, compiled, built) if model.declared}
    # A union by name does without a column that one side lacks; the tests above hold those.
    left_out = declared | {relation for relation, sql in sql_of.items() if "by name" in sql}
    needed = {
        (edge["relation"], edge["from_relation"], edge["from_column_name"])
        for edge in lineage
        if edge["relation"] not in left_out
    }
    assert len(needed) > 300
    bound = {relation: outcome(empty, sql_of[relation]) for relation, *_ in needed}
    assert not any(isinstance(found, str) for found in bound.values())
    for relation, parent, column in sorted(needed):
        left = {name: data_type for name, data_type in built[parent].items() if name != column}
        create_empty(empty, parent, left or {"no_longer_there": "integer"})
        assert outcome(empty, sql_of[relation]) != bound[relation], (relation, parent, column)
        create_empty(empty, parent, built[parent])


def create_empty(connection, relation, types):
    """An empty table with these columns, in the place of what was there."""
    listed = ", ".join(f'"{name}" {data_type}' for name, data_type in types.items())
    connection.execute(f"create or replace table {relation} ({listed})")


def outcome(connection, sql):
    """Names and types of a query's columns, or DuckDB's refusal."""
    try:
        return [row[:2] for row in connection.execute(f"describe {sql}").fetchall()]
    except duckdb.Error as error:
        return str(error)


def definitions(folder):
    """Definition by (edition, indicator and base), of a project's warehouse."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return {
            (edition, indicator): definition
            for edition, indicator, definition in connection.sql(
                "select edition, indicator_id || '|' || base_id, definition "
                "from intermediate.int_indicator_definitions"
            ).fetchall()
        }


def test_a_dropped_question_breaks_what_is_foretold(warehouse, project_copy):
    """The question that most is lost with, one that most is redefined with, and one of the others, each really dropped."""
    uses = warehouse.sql(
        "select edition, question_id, used_by_id, consequence from quality.qlt_question_uses "
        "where used_by_kind = 'indicator'"
    ).fetchall()
    edition = max(row[0] for row in uses)
    questions = sorted({row[1] for row in uses if row[0] == edition})

    def foretold(question, consequence):
        return {row[2] for row in uses if (row[0], row[1], row[3]) == (edition, question, consequence)}

    chosen = {
        max(questions, key=lambda question: len(foretold(question, "lost"))),
        max(questions, key=lambda question: len(foretold(question, "redefined"))),
        min(questions, key=lambda question: len(foretold(question, "lost"))),
    }
    assert len(chosen) == 3
    before = definitions(project_copy)
    path = project_copy / "seeds" / "reference" / "questions.csv"
    rows = read_cells(path)
    places = rows[0].index("edition"), rows[0].index("question_id")
    for question in sorted(chosen):
        write_cells(path, [row for row in rows if [row[place] for place in places] != [str(edition), question]])
        done = rebuild(
            project_copy, "--exclude-resource-type", "test", "--select", "questions",
            "int_questions_asked,+int_indicator_definitions",
            "int_questions_asked+,+int_indicator_definitions",
        )
        assert done.returncode == 0, done.stdout[-3000:]
        after = definitions(project_copy)
        lost = {indicator for of, indicator in before.keys() - after.keys() if of == edition}
        redefined = {
            indicator
            for (of, indicator), definition in after.items()
            if of == edition and before[of, indicator] != definition
        }
        assert (lost, redefined) == (foretold(question, "lost"), foretold(question, "redefined")), question
        assert {key: after[key] for key in after if key[0] != edition} == {
            key: before[key] for key in before if key[0] != edition
        }


def test_pages_and_files(built_project, warehouse, manifest, lineage):
    """The release has the dbt docs of this build, the page, and both as data."""
    folder = built_project / "release" / "docs"
    with (folder / "column_lineage.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == lineage
    with (folder / "question_uses.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + len(warehouse.table("quality.qlt_question_uses"))
    page = (folder / "lineage.html").read_text(encoding="utf-8")
    assert "Synthetic data" in page
    text = page.partition('id="lineage-data">')[2].partition("</script>")[0]
    data = json.loads(text)
    assert [list(edge.values()) for edge in lineage] == data["edges"]
    assert all(number["column"] in data["columns"] for number in data["numbers"])
    docs = (folder / "index.html").read_text(encoding="utf-8")
    assert str(built_project) not in page + docs
    assert "INLINE DATA" not in docs
    for name in relations_of(manifest):
        assert f'"{name}"' in docs
