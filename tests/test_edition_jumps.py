"""What an edition was made of, against the edition before: the SQL of the data test, without dbt."""

import shutil
from collections import Counter

import duckdb
import pyarrow as pa
import pytest

from helpers import PROJECT, read_rows, reference, statement
from input_checks import reference_seeds, render
from made_edition import MadeEdition

QUERY = statement("tests/dbt/editions_follow_each_other.sql")
RULES = {row["measure"]: row for row in reference("edition_jumps")}
PREVIOUS, EDITION = 2001, 2002


def messages(changed=None):
    """Warnings on two editions of a hundred enterprises each, the second with something changed."""
    made = {"unknown": 0, "out": 0, "population_count": 1000, "usable_count": 50, "base": 20}
    with duckdb.connect() as session:
        session.execute(
            """
            create table dim_editions (edition smallint);
            create table dim_strata (edition smallint, population_count int, sampled_count int, usable_count int);
            create table int_enterprises_stratified (edition smallint, line_number int, sector_code text, size_class_code text, is_eligible boolean);
            create table stg_sample (edition smallint, line_number int, nace_code text, previous_nace_code text);
            create table fct_estimates (edition smallint, base_id text, domain text, respondent_count int);
            create table edition_jumps (measure text, sort_order int, largest_change double, is_relative boolean, label text);
            """
        )
        session.executemany(
            "insert into edition_jumps values (?, ?, ?, ?, ?)",
            [
                [row[name] for name in ("measure", "sort_order", "largest_change", "is_relative", "label")]
                for row in RULES.values()
            ],
        )
        for edition in (PREVIOUS, EDITION):
            values = made | (changed or {}) if edition == EDITION else made
            session.execute("insert into dim_editions values (?)", [edition])
            session.execute(
                "insert into dim_strata values (?, ?, 100, ?)",
                [edition, values["population_count"], values["usable_count"]],
            )
            session.execute(
                "insert into fct_estimates values (?, 'some', 'total', ?)", [edition, values["base"]]
            )
            session.execute(
                "insert into stg_sample "
                "select ?, i, if(i < ?, '953', '620') || '10', null from range(100) t(i)",
                [edition, values["unknown"]],
            )
            session.execute(
                "insert into int_enterprises_stratified "
                "select $1, i, if(i < $2, null, 'a'), 's', i >= $2 and i < 100 - $3 from range(100) t(i)",
                [edition, values["unknown"], values["out"]],
            )
        counts = render("responses/counted/int_nace_code_counts")
        session.execute(f"create table int_nace_codes_with_past_editions as {counts}")
        return [message for (message,) in session.execute(QUERY).fetchall()]


def test_editions_that_are_alike_say_nothing():
    """A row or two out of scope, a little more of this and less of that."""
    slight = {"out": 1, "population_count": 1090, "usable_count": 45, "base": 25}
    assert messages() == messages(slight) == []


def test_codes_of_another_classification_are_named():
    """Their groups, with how many enterprises."""
    unknown, out = messages({"unknown": 4})
    assert unknown == (
        f"edition {EDITION}, {RULES['nace_unknown_pct']['label']}: found 4.0 % and 0.0 % in edition "
        f"{PREVIOUS}; expected a change of at most {float(RULES['nace_unknown_pct']['largest_change'])} "
        "percentage points, as seeds/reference/edition_jumps.csv has it; out of scope are the NACE groups "
        "(enterprises) 953 (4)"
    )
    assert out.startswith(f"edition {EDITION}, {RULES['out_of_scope_pct']['label']}: found 4.0 %")


@pytest.mark.parametrize(
    ("changed", "measure", "found"),
    [
        ({"out": 3}, "out_of_scope_pct", "found 3.0 % and 0.0 %"),
        ({"population_count": 1200}, "population_count", "found 1200.0 and 1000.0"),
        ({"population_count": 800}, "population_count", "found 800.0 and 1000.0"),
        ({"usable_count": 35, "base": 14}, "usable_pct", "found 35.0 % and 50.0 %"),
        ({"base": 40}, "base_pct", "found 80.0 % and 40.0 %"),
    ],
)
def test_a_jump_is_said_with_both_values(changed, measure, found):
    """By the measure that jumps, and no other."""
    (message,) = messages(changed)
    assert RULES[measure]["label"] in message and found in message


def messages_on_a_sample(folder, edition, sample):
    """Warnings on codes where a new edition of a project has this sample, and the last one its own."""
    raw = folder / "seeds" / "raw" / f"raw_sample_{edition.latest}.csv"
    rows = [
        {"edition": year, "file_name": "sample", "line_number": line, "previous_nace_code": None} | row
        for year, sampled in ((edition.latest, read_rows(raw)), (edition.year, sample))
        for line, row in enumerate(sampled, start=2)
    ]
    with reference_seeds(folder) as session:
        session.register("raw_sample", pa.Table.from_pylist(rows))
        for model in (
            "definitions/int_strata_numbered", "definitions/int_sector_prefixes", "responses/typed/stg_sample",
            "responses/typed/int_enterprises_stratified",
        ):
            session.execute(f"create table {model.split('/')[-1]} as {render(model)}")
        session.execute(
            """
            create table dim_editions as from editions;
            create table dim_strata (edition smallint, population_count int, sampled_count int, usable_count int);
            create table fct_estimates (edition smallint, base_id text, domain text, respondent_count int);
            """
        )
        counts = render("responses/counted/int_nace_code_counts")
        session.execute(f"create table int_nace_codes_with_past_editions as {counts}")
        return [message for (message,) in session.execute(QUERY).fetchall()]


def test_a_new_edition_in_another_classification_is_found(tmp_path):
    """Whatever else is new in it: with codes of the seeds nothing is said, with others they are named."""
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    made = MadeEdition(tmp_path)
    assert messages_on_a_sample(tmp_path, made, made.sample) == []
    known = {row["nace_prefix"] for row in reference("sector_nace", tmp_path)}
    other = next(str(group) for group in range(999, 99, -1) if not {str(group), str(group)[:2]} & known)
    (division, _), = Counter(row["nace_code"][:2] for row in made.sample).most_common(1)
    sample = [
        row | {"nace_code": f"{other}00"} if row["nace_code"].startswith(division) else row
        for row in made.sample
    ]
    count = sum(row["nace_code"] == f"{other}00" for row in sample)
    unknown, out = messages_on_a_sample(tmp_path, made, sample)
    for message, measure in ((unknown, "nace_unknown_pct"), (out, "out_of_scope_pct")):
        assert message.startswith(f"edition {made.year}, {RULES[measure]['label']}: found "), message
        assert f" % in edition {made.latest}; expected a change of at most " in message
        assert f" {other} ({count})" in message


def test_every_measure_has_its_rule():
    """A rule of the seed that nothing measures would never find anything."""
    assert all(f"'{measure}' as measure" in QUERY for measure in RULES)
    assert QUERY.count(" as measure") == len(RULES)
