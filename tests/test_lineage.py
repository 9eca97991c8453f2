"""Column lineage and the uses of questions, held against DuckDB's own binder and a real dropped question;
their page in a real browser.
"""

import csv
import json
import re
from types import SimpleNamespace

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from barometer.duckdb_plugin import Plugin
from barometer.outputs.docs.column_lineage import Model, column_edges
from barometer.outputs.docs.lineage_docs import built_columns, models_of, relations_of
from helpers import codes, reference
from test_definitions import define, defined
from test_site import FLAGS, WCAG, find_chromium

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
        (
            "with r as (select range::smallint as total from range(0, 3)) select s.place, "
            "greatest(s.count, r.total) as total from a.source as s cross join r",
            {("place", "a.source.place"), ("total", "a.source.count")},
        ),
    ],
)
def test_columns_are_followed(sql, expected):
    """Joins, unions by name, unpivots and aggregates; a count of rows is made of no column, and
    neither is a table function.
    """
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


def test_kept_lineage_is_read_again_when_columns_change(tmp_path):
    """The same SQL means another column once the column is in another relation."""
    sql = "select weight as total from a.source as s inner join b.other as o on s.place = o.place"
    moved = {
        "a.source": {"place": "varchar", "count": "integer"},
        "b.other": {"place": "varchar", "rate": "double", "weight": "double"},
    }
    found = [
        column_edges(
            [Model("c.model", sql, {})], columns | {"c.model": {"total": "double"}},
            kept=tmp_path / "kept.json",
        ).to_pylist()
        for columns in (COLUMNS, COLUMNS, moved)
    ]
    assert [(row["from_relation"], row["from_column_name"]) for (row,) in found] == [
        ("a.source", "weight"), ("a.source", "weight"), ("b.other", "weight")
    ]


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe garbage", b"[]", b'{"of": "another shape"}'])
def test_damaged_lineage_is_read_anew(tmp_path, damage):
    """What was kept saves work, and is never what cannot be read; part of it is none of it."""
    models = [Model("c.model", "select place, weight as rate from a.source", {})]
    columns, kept = COLUMNS | {"c.model": {"place": "varchar", "rate": "double"}}, tmp_path / "kept"
    found = column_edges(models, columns, kept=kept)
    whole = kept.read_bytes()
    for content in (damage, whole[:-9], whole.replace(b"place", b"plaza")):
        kept.write_bytes(content)
        assert column_edges(models, columns, kept=kept) == found
        assert kept.read_bytes() == whole


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
    for answer in (("raw.raw_answers", column) for column in ("pattern", "answered_count")):
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


def definitions(connection):
    """Definition by (edition, indicator and base), of a database with the definitions."""
    return {
        (edition, indicator): definition
        for edition, indicator, definition in connection.sql(
            "select edition, indicator_id || '|' || base_id, definition from int_indicator_definitions"
        ).fetchall()
    }


def printed_parts():
    """(table, figure or text, indicator and base) as the seeds have them."""
    return {
        (exhibit, f"{row['indicator_id']}|{row['base_id']}")
        for row in reference("indicators")
        for exhibit in codes(row["source"])
    } | {(row["figure"], f"{row['indicator_id']}|{row['base_id']}") for row in reference("figures")}


def test_every_number_is_a_part_of_what_prints_it(warehouse):
    """Each cell of a table of percentages and each bar of a figure rests on a question."""
    found = set(warehouse.sql(
        "select edition, used_by_id from quality.qlt_question_uses where used_by_kind = 'part'"
    ).fetchall())
    cells = {
        (edition, f"{table}|{indicator}|{base}")
        for table, mart, indicator, base in warehouse.sql(
            """
            select table_id, mart_name, indicator_id, indicators.base_id
            from reference.report_tables
            inner join reference.indicators
                on list_contains(string_split(indicators.source, '|'), table_id)
            """
        ).fetchall()
        for (edition,) in warehouse.sql(
            f"select distinct edition from marts.{mart} where {indicator} is not null"
        ).fetchall()
    }
    bars = set(warehouse.sql(
        """
        select bars.edition, bars.figure || '|' || seed.indicator_id || '|' || seed.base_id
        from marts.rpt_figures as bars
        inner join reference.figures as seed
            on
                bars.figure = seed.figure
                and bars.item_id = seed.item_id
                and (bars.compares_editions or bars.series_id = seed.series_id)
        """
    ).fetchall())
    assert len(cells) > 50 and len(bars) > 200
    assert cells | bars <= found


def test_a_dropped_question_breaks_what_is_predicted(warehouse):
    """Each question of the newest edition, really dropped: the definitions of the seeds without it."""
    uses = warehouse.sql(
        "select edition, question_id, used_by_id, consequence, used_by_kind from quality.qlt_question_uses"
    ).fetchall()
    edition = max(row[0] for row in uses)
    questions = sorted({row[1] for row in uses if row[0] == edition})

    def predicted(question, consequence, kind="indicator"):
        return {row[2] for row in uses if row[:2] + row[3:] == (edition, question, consequence, kind)}

    connection = defined()
    before = definitions(connection)
    connection.execute("create table asked as from questions")
    assert len(questions) > 20 and before
    for question in questions:
        connection.execute(
            "create or replace table questions as from asked where (edition, question_id) != ($1, $2)",
            [edition, question],
        )
        define(connection)
        after = definitions(connection)
        lost = {indicator for of, indicator in before.keys() - after.keys() if of == edition}
        redefined = {
            indicator
            for (of, indicator), definition in after.items()
            if of == edition and before[of, indicator] != definition
        }
        assert (lost, redefined) == (predicted(question, "lost"), predicted(question, "redefined")), question
        parts, announced = {}, {"lost": set(), "reduced": set(), "redefined": set()}
        for exhibit, indicator in printed_parts():
            if (edition, indicator) in before:
                parts.setdefault(exhibit, set()).add(indicator)
        for exhibit, of_exhibit in parts.items():
            if of_exhibit & lost:
                announced["reduced" if of_exhibit - lost else "lost"].add(exhibit)
            elif of_exhibit & redefined:
                announced["redefined"].add(exhibit)
        assert announced == {consequence: predicted(question, consequence, "exhibit") for consequence in announced}
        assert {tuple(part.split("|", 1)) for part in predicted(question, "lost", "part")} == {
            (exhibit, indicator) for exhibit in parts for indicator in parts[exhibit] & lost
        }
        assert {key: after[key] for key in after if key[0] != edition} == {
            key: before[key] for key in before if key[0] != edition
        }


def test_pages_and_files(built_project, warehouse, manifest, lineage):
    """The release has the dbt docs of this build, the page, and both as data."""
    folder = built_project / "release" / "internal" / "docs"
    with (folder / "column_lineage.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == lineage
    with (folder / "question_uses.csv").open(encoding="utf-8", newline="") as file:
        uses = list(csv.reader(file))[1:]
    assert len(uses) == len(warehouse.table("quality.qlt_question_uses"))
    page = (folder / "lineage.html").read_text(encoding="utf-8")
    assert "Synthetic data" in page
    text = page.partition('id="lineage-data">')[2].partition("</script>")[0]
    data = json.loads(text)
    assert [list(edge.values()) for edge in lineage] == data["edges"]
    assert [[int(edition), question, *rest] for edition, question, _, *rest in uses] == data["uses"]
    assert {tuple(number[:2]) for number in data["numbers"]} == printed_parts()
    assert {column for *_, column in data["numbers"]} <= set(data["columns"])
    docs = (folder / "index.html").read_text(encoding="utf-8")
    assert str(built_project) not in page + docs
    assert "INLINE DATA" not in docs
    for name in relations_of(manifest):
        assert f'"{name}"' in docs


@pytest.fixture(scope="module")
def window(built_project):
    """lineage.html from disk, as narrow as a telephone; it asks for no other file."""
    page = built_project / "release" / "internal" / "docs" / "lineage.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        opened = browser.new_page(viewport={"width": 375, "height": 800})
        faults, asked_for = [], []
        opened.on("pageerror", lambda fault: faults.append(str(fault)))
        opened.on("request", lambda request: asked_for.append(request.url))
        opened.goto(page.as_uri())
        yield opened
        assert (faults, asked_for) == ([], [page.as_uri()])
        browser.close()


def test_words_find_numbers_and_questions(window):
    """A number by either label of its indicator, its id or a raw column; a question by its words
    in either language, its id, and by a raw column alone.
    """
    questions = {}
    for row in sorted(reference("questions"), key=lambda row: int(row["edition"])):
        question = questions.setdefault(row["question_id"], {"columns": []})
        question["columns"].append(row["column_name"])
        question["labels"] = [row["question_nl"], row["question_en"]]
    indicators = {f"{row['indicator_id']}|{row['base_id']}": row for row in reference("indicators")}
    searches = [
        ("number", typed, f"{exhibit}|{indicator}")
        for exhibit, indicator in sorted(printed_parts())
        for row in [indicators[indicator]]
        for typed in (
            row["label_en"], row["label_nl"], row["indicator_id"], exhibit,
            *questions.get(row["question_id"], {"columns": []})["columns"],
        )
    ] + [
        ("question", typed, question)
        for question, of_question in questions.items()
        for typed in [question, *of_question["labels"], *of_question["columns"]]
    ]
    columns = [row["column_name"] for row in reference("questions")]
    found = window.evaluate(
        "searches => searches.map(([field, typed]) => find(field, typed).map(option => option.key))",
        [search[:2] for search in searches],
    )
    for (field, typed, key), keys in zip(searches, found, strict=True):
        assert key in keys, (field, typed, key)
        assert field == "number" or typed not in columns or keys == [key]


def test_the_page_is_used_by_keyboard(window, warehouse):
    """Words, Enter, arrows: the matches, the chosen answer with the focus on it, or `No match`."""
    focused = "document.activeElement.id || document.activeElement.textContent"
    indicator, label = warehouse.sql(
        "select indicator_id, label_nl from reference.indicators group by all having count(*) > 1 order by all"
    ).fetchone()
    window.focus("#number")
    window.keyboard.type(label.upper())
    matches = window.locator("#number-matches button").all_inner_texts()
    assert len(matches) > 1
    assert window.inner_text("#number-status") == f"{len(matches)} matches."
    window.keyboard.press("Enter")
    assert window.evaluate(focused) == matches[0]
    window.keyboard.press("ArrowDown")
    assert window.evaluate(focused) == matches[1]
    window.keyboard.press("Escape")
    assert window.evaluate(focused) == "number"
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    assert window.evaluate(focused) == matches[0]
    assert window.locator("#number-answer h3").inner_text() == matches[0]
    assert window.input_value("#number") == matches[0]
    assert window.locator("#number-matches button").count() == 0
    assert indicator in window.evaluate("decodeURIComponent(location.hash)")
    window.fill("#number", label + " nowhere")
    assert window.inner_text("#number-status") == f"No match for “{label} nowhere”."
    assert window.inner_text("#number-answer") == ""


def test_the_page_says_what_a_dropped_question_takes_away(window, warehouse):
    """Of the question that most is lost with of those that redefine others: what is lost first, by
    label and in the order of the report; what is redefined folded away.
    """
    column, edition, question = warehouse.sql(
        """
        select column_name, edition, question_id from quality.qlt_question_uses
        where edition = (select max(edition) from reference.editions)
        group by all having bool_or(consequence = 'redefined' and used_by_kind = 'indicator')
        order by count_if(consequence = 'lost') desc, column_name limit 1
        """
    ).fetchone()
    window.fill("#question", column)
    answer = window.locator("#question-answer")
    assert answer.locator("h3").inner_text().startswith(question)
    uses = warehouse.execute(
        """
        select used_by_kind, consequence, list(used_by_id) from quality.qlt_question_uses
        where edition = ? and question_id = ? group by all
        """, [edition, question],
    ).fetchall()
    announced = {(kind, consequence): ids for kind, consequence, ids in uses}
    indicators, exhibits = answer.locator("table:visible").nth(0), answer.locator("table:visible").nth(1)
    labels = {f"{row['indicator_id']}|{row['base_id']}": row["label_en"] for row in reference("indicators")}
    shown = indicators.locator("tbody tr td:first-child").all_inner_texts()
    assert sorted(shown) == sorted(labels[each] for each in announced["indicator", "lost"])
    shown = exhibits.locator("tbody tr td:first-child").all_inner_texts()
    assert len(shown) == len(announced.get(("exhibit", "reduced"), [])) + len(announced.get(("exhibit", "lost"), []))
    numbered = [(-ord(name[0]), int(re.search(r"\d+", name)[0])) for name in shown if re.match(r"\w+ \d+:", name)]
    assert len(numbered) > 3 and numbered == sorted(numbered)
    redefined = answer.locator("details").first
    assert f"{len(announced['indicator', 'redefined'])} indicators" in redefined.locator("summary").inner_text()
    assert not redefined.locator("table").is_visible()
    redefined.locator("summary").press("Enter")
    assert redefined.locator("table tbody tr").count() == len(announced["indicator", "redefined"])
    assert redefined.locator("table").is_visible()


def test_the_page_names_the_raw_columns_of_an_estimate(window, warehouse):
    """Where the column of the estimates ends: every question column, in every edition that asked."""
    window.evaluate("location.hash = 'column=fct_estimates.estimate_pct'")
    shown = window.locator("#column-answer details").first.locator("li").all_text_contents()
    for edition, columns in warehouse.sql(
        "select edition::varchar, list(column_name) from reference.questions group by all"
    ).fetchall():
        listed = next(line for line in shown if line.startswith(edition))
        assert set(listed.partition(": ")[2].split(", ")) == set(columns)


def test_the_page_can_be_used_by_anybody(window):
    """No violation of WCAG 2.2 AA with matches and answers shown, and nothing wider than a telephone."""
    titles = [row["title_en"] for row in reference("report_tables") if row["domain"]]
    window.fill("#number", titles[-1])
    assert window.locator("#number-matches button").count() > 1
    window.evaluate("document.querySelector('#column-answer details').open = true")
    window.evaluate("document.querySelector('#question-answer details').open = true")
    found = Axe().run(window, options={"runOnly": WCAG}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert window.evaluate("document.documentElement.scrollWidth") <= 375
