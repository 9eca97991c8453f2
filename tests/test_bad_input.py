"""Bad input stops the build with one clear message, and the release stays byte for byte.

Places to change are found in the data; no sector, question or year is typed here.
"""

import csv
import re
import shutil

import duckdb
import pytest

from bad_input import GROUPS, Project, reported_line, spoilt, spoilt_build, table_rows
from barometer.inputs.pseudonyms import KEY_VARIABLE
from helpers import (
    PROJECT,
    copy_built,
    folder_digests,
    read_cells,
    rebuild,
    reference,
    run_dbt,
    write_cells,
)
from input_checks import InputChecks


def raised_population(project):
    """One number of Tabel 1 is another."""
    line, row = next(
        (line, row)
        for line, row in enumerate(reference("population", project.folder), start=2)
        if row["edition"] == project.edition
    )
    old = project.change_cell(
        project.seed("population"), "population_count", lambda count: str(int(count) + 1), line
    )
    stratum = f"{row['sector_code']}|{row['size_class_code']}"
    return [f"stratum {stratum}", f"found {int(old) + 1}", f"expected {old}"]


def dropped_responses(project):
    """Ten usable responses of one stratum are gone."""
    with duckdb.connect(str(project.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        stratum, usable, lines = warehouse.sql(
            f"""
            select strata.stratum_id, count(*), list(responses.line_number)[:10]
            from responses.int_responses_classified as responses
            join definitions.int_strata_numbered as strata using (edition, stratum_number)
            join (
                select enterprise_key
                from responses.int_responses_classified
                group by all having count(*) = 1
            ) as alone using (enterprise_key)
            where responses.is_usable and responses.edition = {project.edition}
            group by all order by count(*) desc, stratum_id limit 1
            """
        ).fetchone()
    cells = read_cells(project.responses)
    write_cells(
        project.responses,
        [row for line, row in enumerate(cells, start=1) if line not in lines],
    )
    published = next(
        int(row["usable_count"])
        for row in reference("expected_counts", project.folder)
        if row["edition"] == project.edition
        and f"{row['sector_code']}|{row['size_class_code']}" == stratum
    )
    assert usable >= 10
    return [f"stratum {stratum}", f"found {published - 10}", f"expected {published}"]


def one_other_answer(project):
    """The respondent of the largest weight gives one other answer that is as valid."""
    with duckdb.connect(str(project.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        line, column, code, hits, *cells = warehouse.sql(
            f"""
            select
                responses.line_number, questions.column_name, answers.answer_code,
                indicators.hit_codes, indicators.indicator_id,
                strata.sector_code, strata.size_class_code
            from marts.fct_answers as answers
            join responses.int_responses_classified as responses using (edition, response_key)
            join estimates.int_strata_weighted as strata
                on responses.edition = strata.edition
                and responses.stratum_number = strata.stratum_number
            join reference.questions as questions using (edition, question_id)
            join reference.indicators as indicators using (question_id, base_id)
            join reference.published_figures as figures
                on indicators.indicator_id = figures.indicator
                and indicators.base_id = figures.base
                and answers.edition = figures.edition
                and figures.category = strata.sector_code
            where
                answers.edition = {project.edition}
                and not answers.is_imputed
                and answers.answer_code not in (
                    select unnest(string_split(indicators.hit_codes, '|'))::utinyint
                )
            order by strata.final_weight desc, questions.sort_order, responses.line_number
            limit 1
            """
        ).fetchone()
    cells = dict(zip(("indicator", "sector", "size"), cells, strict=True))
    old = project.change_cell(project.responses, column, lambda _: hits.split("|")[0], line)
    assert old == str(code)
    return [
        "published_figures_are_reproduced",
        *(
            f"of edition {project.edition}, row {row}, column {cells['indicator']}: found "
            for row in (f"sector {cells['sector']}", f"size {cells['size']}", "total total")
        ),
        "expected what rounds to",
    ]


# What is spoilt, and the data test that finds it: it is run with all that it reads, and no other.
CASES = {
    "counts": ((raised_population, dropped_responses), "expectations_are_met"),
    "a published figure": ((one_other_answer,), "published_figures_are_reproduced"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_stops_the_build(built_project, tmp_path, case):
    """The build fails, its messages say all of it, and the release is untouched."""
    project = Project(copy_built(built_project, tmp_path / "project"))
    before = folder_digests(project.folder / "release")
    spoils, data_test = CASES[case]
    expected = [part for spoil in spoils for part in spoil(project)]
    build = rebuild(
        project.folder, "--select", f"+{data_test}", "--indirect-selection", "empty",
        "--vars", f"{{editions: [{project.edition}], imputation_replicates: 2}}",
    )
    assert build.returncode, "the build passed"
    output = re.sub(r"\s+", " ", build.stdout)
    for part in expected:
        assert part in output, build.stdout[-3000:]
    assert folder_digests(project.folder / "release") == before


# What else is spoilt stops a build as the records do: by what the input checks find.
FOUND = ("files", "cross_file")


@pytest.mark.slow
@pytest.mark.parametrize("group", FOUND)
def test_bad_input_is_found(tmp_path, monkeypatch, group):
    """Every kind of a group is a finding in a sentence of its own, and none names anybody."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    project, expected, raw_path = spoilt(group, tmp_path)
    checks = InputChecks(project=tmp_path)
    assert checks.check(raw_path)
    output = "\n".join(checks.sentences())
    assert [kind for kind, parts in expected.items() if not reported_line(output, parts)] == [], output
    assert not [secret for secret in project.secrets if secret in output]


# Lines of what is computed from the answers, built or tried.
COMPUTED = r"(OK created|ERROR).* (responses\.(stg|int)_|estimates\.|marts\.fct_)"


@pytest.mark.parametrize("group", [group for group in GROUPS if group not in FOUND])
def test_bad_input_is_reported_together(built_project, tmp_path, group):
    """One build reports every kind of a group in a line of its own, and the release is untouched.

    Nothing is computed from it: the last word is how many nodes were left.
    """
    project, expected, build = spoilt_build(group, built_project, tmp_path / "project")
    assert build.returncode, "the build passed"
    assert "Traceback" not in build.stdout
    table = table_rows(expected, build.stdout, "as it was")
    assert len(table) == len(expected) and "NOT REPORTED" not in "".join(table), build.stdout[-12000:]
    assert not [secret for secret in project.secrets if secret in build.stdout]
    assert "SKIP relation responses.stg_sample" in build.stdout
    assert not re.search(COMPUTED, build.stdout)
    assert build.stdout.strip().splitlines()[-1].split()[1] == "Done."
    assert folder_digests(project.folder / "release") == folder_digests(built_project / "release")


def test_a_seed_in_another_encoding(built_project, tmp_path):
    """A seed that a spreadsheet saved as Windows-1252: its name and line, and no traceback."""
    project = Project(copy_built(built_project, tmp_path / "project"))
    before = folder_digests(project.folder / "release")
    path = project.seed("sectors")
    cells = read_cells(path)
    cells[2][cells[0].index("label_nl")] = "Coöperaties"
    write_cells(path, cells)
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    build = rebuild(project.folder)
    assert build.returncode and "Traceback" not in build.stdout
    assert reported_line(
        build.stdout,
        ["seeds/reference/sectors.csv, line 3: found byte 0xf6 that is not UTF-8; expected"],
    )
    assert folder_digests(project.folder / "release") == before


def test_an_unknown_edition_is_reported():
    """With those that there are; of its files nothing is said."""
    editions = ", ".join(sorted({row["edition"] for row in reference("editions")}))
    checks = InputChecks("1")
    checks.check("")
    (sentence,) = checks.sentences()
    assert reported_line(sentence, [
        "variable editions: ", "found 1;", f"expected one of {editions}", "[edition_unknown]",
    ])


def test_harmless_forms_change_nothing(built_project, tmp_path):
    """Byte order mark, line ends of Windows, quotation marks and another order of rows' columns
    are the same data: what staging has of them is the same, and the models read nothing else.
    """
    project = Project(copy_built(built_project, tmp_path / "project"))
    # Rows that were appended to what a spreadsheet saved: line ends of two kinds.
    path = project.seed("population")
    head, last, _ = path.read_bytes().rsplit(b"\n", 2)
    path.write_bytes(head.replace(b"\n", b"\r\n") + b"\r\n" + last + b"\n")
    for edition in project.editions:
        for path in project.raw(edition):
            cells = read_cells(path)
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
                    row[::-1] for row in cells
                )
    tables = ("responses.stg_sample", "responses.stg_responses", "raw.raw_answers")
    build = run_dbt(
        project.folder, "build", "--select",
        *(f"+{table.partition('.')[2]}" for table in tables), "population",
        "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test",
    )
    assert build.returncode == 0, build.stdout[-3000:]
    with duckdb.connect() as session:
        for name, folder in (("before", built_project), ("after", project.folder)):
            session.execute(f"attach '{folder}/warehouse.duckdb' as {name} (read_only)")
        for table in (*tables, "reference.population"):
            before, after = (
                f"(select * replace (parse_filename(file_name) as file_name) from {database}.{table})"
                if "stg_" in table
                else f"(from {database}.{table})"
                for database in ("before", "after")
            )
            assert session.sql(f"select count(*) from {before}").fetchone() != (0,)
            assert session.sql(f"{before} except all {after}").fetchall() == []
            assert session.sql(f"{after} except all {before}").fetchall() == []

