"""What counts as a difference from the last release, to the digit: the model's own SQL, without dbt."""

import re
from types import SimpleNamespace

import duckdb
import pytest
from jinja2 import Environment

from barometer.release.microdata_in_lake import released_mart
from barometer.release.release_diff import write_release_diff
from helpers import PROJECT, macros

MODEL = (PROJECT / "models" / "quality" / "qlt_release_diff.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("moved", "kinds"), [(0, []), (5e-10, []), (-5e-10, []), (2e-9, ["moved"]), (-2e-9, ["moved"])]
)
def test_what_moves_by_more_than_noise_is_reported(moved, kinds):
    """One released number, which this build makes again and moves by a little."""

    def mart_numbers(mart, is_released=False, **_):
        return (
            f"select '{mart}' as mart_name, 2001 as edition, null::int as previous_edition, "
            "'i' as indicator_id, 'all' as base_id, 'total' as domain, 'total' as category, "
            f"'share' as measure, 40 + {0 if is_released else moved!r}::double as value, 1 as se "
            f"where '{mart}' = 'fct_estimates'"
        )

    query = Environment().from_string(MODEL).render(
        ref=lambda name: name, mart_numbers=mart_numbers,
        released_revisions=lambda: "select 2001 as edition, 0 as revision",
    )
    with duckdb.connect() as connection:
        connection.execute("create table dim_editions as select 2001 as edition, 0 as revision")
        connection.execute(
            "create table fct_estimates as select 2001 as edition, 'i' as indicator_id, "
            "'all' as base_id, 'total' as domain, 'total' as category, 'F' as conf_status"
        )
        found = connection.sql(f"select difference_kind, is_allowed from ({query})").fetchall()
    assert found == [(kind, False) for kind in kinds]


def test_the_page_shows_texts_as_they_are(tmp_path):
    """A sign that means something in HTML is text, be it in a note, a code or a name."""
    with duckdb.connect() as session:
        session.execute(
            """
            create schema quality; create schema marts;
            create table marts.dim_editions as
            select 2001 as edition, 'final' as status, 1 as revision, '<b>note</b>' as note;
            create table quality.qlt_release_diff as
            select 2001 as edition, null::int as previous_edition, 'fct_x' as mart_name, 'm' as measure,
                '<i>' as indicator_id, 'all' as base_id, 'sector' as domain, '<u>&' as category,
                'moved' as difference_kind, 1.0 as released_value, 2.0 as built_value, 1.0 as difference,
                0.5 as released_se;
            """
        )
        write_release_diff(session, tmp_path)
    page = (tmp_path / "diff.html").read_text(encoding="utf-8")
    assert all(text in page for text in ("&lt;b&gt;note", "&lt;i&gt;", "&lt;u&gt;&amp;"))
    assert not any(tag in page for tag in ("<b>", "<i>", "<u>"))


@pytest.mark.parametrize(("has_earlier", "said"), [(False, "No earlier release:"), (True, "Nothing moved.")])
def test_a_first_release_is_compared_with_none(tmp_path, has_earlier, said):
    """The page of a first release does not say that nothing moved."""
    with duckdb.connect() as session:
        session.execute(
            """
            create schema quality; create schema marts;
            create table marts.dim_editions as select 2001 as edition, 'final' as status, 0 as revision, '' as note;
            create table quality.qlt_release_diff as
            select 1 as edition, 1 as previous_edition, 1.0 as released_se, '' as mart_name, '' as measure,
                '' as indicator_id, '' as base_id, '' as domain, '' as category limit 0;
            """
        )
        write_release_diff(session, tmp_path, has_earlier=has_earlier)
    page = (tmp_path / "diff.html").read_text(encoding="utf-8")
    assert [text for text in ("No earlier release:", "Nothing moved.") if text in page] == [said]


def test_the_name_of_a_folder_is_no_column(tmp_path):
    """A release below `edition=2001`, as data lakes name folders, has the columns of its files."""
    folder = tmp_path / "edition=2001" / "release"
    table = macros("last_release.sql", escape_single_quotes=str).released_file(
        str(folder), "state", "some_table"
    )
    with duckdb.connect() as connection:
        for path, query in (
            ("state/some_table", table), ("parquet/dim_sectors", released_mart(str(folder), "dim_sectors"))
        ):
            (folder / path).parent.mkdir(parents=True)
            connection.execute(f"copy (select 'a' as sector_code) to '{folder / path}.parquet'")
            assert connection.sql(f"from {query}").columns == ["sector_code"]


@pytest.mark.parametrize(
    ("built", "named", "refused"),
    [
        ("1 as edition, 2.0 as old", {"edition"}, None),
        # A column of data that an edition adds is empty in what is kept.
        ("1 as edition, 2.0 as old, 3.0 as new", {"edition"}, None),
        ("1 as edition, 2.0 as old, 3.0 as new", {"edition", "new"}, "new: found none; expected DECIMAL(2,1)"),
        ("1 as edition", {"edition"}, "old: found DECIMAL(2,1); expected none"),
        ("1 as edition, 'a' as old", {"edition"}, "old: found DECIMAL(2,1); expected VARCHAR"),
    ],
)
def test_columns_that_cannot_be_kept(tmp_path, built, named, refused):
    """One that the YAML names, that is lost or that has another type: the edition would be too."""
    file = tmp_path / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 0 as edition, 1.0 as old) to '{file}'")
        connection.execute(f"create table made as select {built}")

        class Relation(str):
            identifier = "made"

        module = macros(
            "last_release.sql", escape_single_quotes=str, this=Relation("made"),
            model=SimpleNamespace(columns=named),
            run_query=lambda query: connection.sql(query).fetchall(),
        )
        if refused:
            with pytest.raises(ValueError, match=re.escape(f"{file}, column {refused}, as made has it; build all")):
                module.refuse_other_columns(str(file), f"read_parquet('{file}')")
        else:
            assert not module.refuse_other_columns(str(file), f"read_parquet('{file}')").strip()
            connection.execute(f"insert into made by name from '{file}'")
            assert connection.sql("select count(*) from made").fetchone() == (2,)
