"""Bad input stops the build with one clear message, and the release stays byte for byte.

Places to change are found in the data; no sector, question or year is typed here.
"""

import re

import pytest

from helpers import (
    copy_built,
    folder_digests,
    read_cells,
    reference,
    run_dbt,
    write_cells,
)


class Project:
    """A built project with its seeds at hand."""

    def __init__(self, folder):
        self.folder = folder
        self.edition = max(row["edition"] for row in reference("editions", folder))
        self.sample = folder / "seeds" / "raw" / f"raw_sample_{self.edition}.csv"
        self.responses = folder / "seeds" / "raw" / f"raw_responses_{self.edition}.csv"

    def seed(self, name):
        """Path of a reference seed."""
        return self.folder / "seeds" / "reference" / f"{name}.csv"

    def question_columns(self):
        """Raw columns of the edition's questions, with their rows of the seed."""
        return {
            row["column_name"]: row
            for row in reference("questions", self.folder)
            if row["edition"] == self.edition
        }

    def change_cell(self, path, column, change, line=2):
        """Change one cell (header is line 1); returns what stood there."""
        cells = read_cells(path)
        place = cells[0].index(column)
        old = cells[line - 1][place]
        cells[line - 1][place] = change(old)
        write_cells(path, cells)
        return old

    def answered_cell(self):
        """Column and line of the first answer in the responses."""
        cells = read_cells(self.responses)
        asked = self.question_columns()
        return next(
            (column, line)
            for line, row in enumerate(cells[1:], start=2)
            for column, cell in zip(cells[0], row, strict=True)
            if column in asked and cell
        )


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
    import duckdb

    with duckdb.connect(str(project.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        stratum, usable, lines = warehouse.sql(
            f"""
            select strata.stratum_id, count(*), list(responses.line_number)[:10]
            from intermediate.int_responses_classified as responses
            join intermediate.int_strata_numbered as strata using (stratum_number)
            join (
                select enterprise_key
                from intermediate.int_responses_classified
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
    import duckdb

    with duckdb.connect(str(project.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        line, column, code, hits, *cells = warehouse.sql(
            f"""
            select
                responses.line_number, questions.column_name, answers.answer_code,
                indicators.hit_codes, indicators.indicator_id,
                strata.sector_code, strata.size_class_code
            from marts.fct_answers as answers
            join intermediate.int_responses_classified as responses using (edition, response_key)
            join intermediate.int_strata_weighted as strata
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
            order by strata.design_weight desc, questions.sort_order, responses.line_number
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


def unknown_code(project):
    """An answer that is none of its question's codes."""
    column, line = project.answered_cell()
    project.change_cell(project.responses, column, lambda _: "99", line)
    return [
        project.responses.name, f"line {line}", f"column {column}", "found '99'",
        f"expected one of {project.question_columns()[column]['answer_codes']}",
    ]


def answer_in_words(project):
    """An answer that is no number."""
    column, line = project.answered_cell()
    project.change_cell(project.responses, column, lambda _: "yes", line)
    return [project.responses.name, f"line {line}", f"column {column}", "found 'yes'", "expected"]


def unknown_column(project):
    """A column that no question stands for."""
    cells = read_cells(project.responses)
    cells[0].append("unheard_of")
    for row in cells[1:]:
        row.append("1")
    write_cells(project.responses, cells)
    return [project.responses.name, "found column unheard_of", "expected a column of"]


def missing_column(project):
    """A question without its column."""
    cells = read_cells(project.responses)
    column = next(iter(project.question_columns()))
    place = cells[0].index(column)
    write_cells(project.responses, [row[:place] + row[place + 1 :] for row in cells])
    return [project.responses.name, f"found no answer in a column {column}", "expected one"]


def missing_fixed_column(project):
    """A sample file without a promised column."""
    cells = read_cells(project.sample)
    place = cells[0].index("delivery_status")
    write_cells(project.sample, [row[:place] + row[place + 1 :] for row in cells])
    return [project.sample.name, "found no column delivery_status", "expected one"]


def doubled_column(project):
    """A header that names a column twice."""
    cells = read_cells(project.responses)
    name = cells[0][-1] = cells[0][-2]
    write_cells(project.responses, cells)
    return [project.responses.name, "line 1", f"found column {name} 2 times", "expected it once"]


def malformed_nace(project):
    """A NACE code with a dot."""
    project.change_cell(project.sample, "nace_code", lambda code: f"{code[:2]}.{code[2:]}")
    return [project.sample.name, "line 2", "column nace_code", "found '", "expected five digits"]


def malformed_employee_count(project):
    """An employee count in words."""
    project.change_cell(project.sample, "employee_count", lambda _: "many")
    return [project.sample.name, "line 2", "column employee_count", "found", "expected"]


def wrong_check_digits(project):
    """An enterprise number that a slip of the pen made."""
    old = project.change_cell(
        project.sample,
        "enterprise_number",
        lambda number: number[:-1] + str((int(number[-1]) + 1) % 10),
    )
    return [
        project.sample.name, "line 2", "column enterprise_number", "found", "expected ten digits",
        ("never", old[:9]),
    ]


def unknown_region(project):
    """A region outside the code list."""
    project.change_cell(project.sample, "registered_region", lambda _: "atlantis")
    return [
        project.sample.name, "line 2", "column registered_region", "found 'atlantis'",
        "expected flanders or brussels or wallonia",
    ]


def late_submission(project):
    """A questionnaire from after the fieldwork."""
    project.change_cell(
        project.responses, "submitted_at", lambda moment: f"{int(moment[:4]) + 1}{moment[4:]}"
    )
    return [project.responses.name, "line 2", "column submitted_at", "found", "expected one from"]


def repeated_response_id(project):
    """Two questionnaires with one id."""
    cells = read_cells(project.responses)
    place = cells[0].index("response_id")
    cells[2][place] = cells[1][place]
    write_cells(project.responses, cells)
    return [
        project.responses.name, "lines 2 and 3", "column response_id",
        f"found '{cells[1][place]}' 2 times", "expected it once",
    ]


def repeated_enterprise(project):
    """An enterprise that was sampled twice."""
    cells = read_cells(project.sample)
    place = cells[0].index("enterprise_number")
    cells[2][place] = cells[1][place]
    write_cells(project.sample, cells)
    return [
        project.sample.name, "lines 2 and 3", "column enterprise_number",
        "found the same number 2 times", "expected it once", ("never", cells[1][place]),
    ]


def ragged_row(project):
    """A row with a field too many."""
    with project.responses.open(encoding="utf-8") as file:
        lines = file.read().splitlines()
    fields = len(lines[0].split(","))
    lines[9] += ",1"
    project.responses.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [
        project.responses.name, "line 10", f"found {fields + 1} fields", f"expected {fields}",
        ("never", lines[9].split(",")[1]),
    ]


def wrong_encoding(project):
    """A file that a spreadsheet saved in another encoding."""
    text = project.sample.read_text(encoding="utf-8").replace("Synthetisch", "Synthétisch", 1)
    project.sample.write_bytes(text.encode("latin-1"))
    return [project.sample.name, "found byte 0xe9", "expected UTF-8"]


def wrong_delimiter(project):
    """A file separated by semicolons."""
    project.sample.write_text(
        project.sample.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8"
    )
    return [project.sample.name, "line 1", "found column name", "separated by commas"]


def empty_file(project):
    """A file of no bytes."""
    project.responses.write_bytes(b"")
    return [project.responses.name, "line 1", "found an empty file", "expected a header"]


def population_in_words(project):
    """A population that is no number."""
    project.change_cell(project.seed("population"), "population_count", lambda _: "thousands")
    return [
        "population.csv", "line 2", "column population_count", "found 'thousands'", "expected",
    ]


def population_below_responses(project):
    """More usable responses than enterprises."""
    row = reference("population", project.folder)[0]
    project.change_cell(project.seed("population"), "population_count", lambda _: "1")
    return [
        "population.csv", f"stratum {row['sector_code']}|{row['size_class_code']}",
        "column population_count", "found 1;", "expected at least",
    ]


def unknown_base_of_indicator(project):
    """An indicator over a base that nobody defined."""
    project.change_cell(project.seed("indicators"), "base_id", lambda _: "nobody")
    return ["indicators, column base_id", "found nobody", "expected a value of bases.base_id"]


CASES = [
    raised_population, dropped_responses, one_other_answer, unknown_code, answer_in_words, unknown_column,
    missing_column, missing_fixed_column, doubled_column, malformed_nace,
    malformed_employee_count, wrong_check_digits, unknown_region, late_submission,
    repeated_response_id, repeated_enterprise, ragged_row, wrong_encoding, wrong_delimiter, empty_file,
    population_in_words, population_below_responses, unknown_base_of_indicator,
]


@pytest.mark.parametrize("spoil", CASES, ids=lambda case: case.__name__)
def test_bad_input_stops_the_build(built_project, tmp_path, spoil):
    """The build fails, one message says all of it, and the release is untouched."""
    project = Project(copy_built(built_project, tmp_path / "project"))
    before = folder_digests(project.folder / "release")
    expected = spoil(project)
    build = run_dbt(project.folder, "build")
    assert build.returncode, "the build passed"
    output = re.sub(r"\s+", " ", build.stdout)
    for part in expected:
        if isinstance(part, tuple):
            assert part[1] not in output, "a message holds personal data"
        else:
            assert part in output, build.stdout[-3000:]
    assert folder_digests(project.folder / "release") == before


def test_unknown_edition_is_refused(built_project, tmp_path):
    """A variable that names an edition that is not there."""
    project = Project(copy_built(built_project, tmp_path / "project"))
    before = folder_digests(project.folder / "release")
    build = run_dbt(project.folder, "build", "--vars", "{editions: [1]}")
    assert build.returncode
    assert "variable editions: found 1; expected one of" in build.stdout
    assert folder_digests(project.folder / "release") == before


@pytest.mark.parametrize(
    "command",
    [("run",), ("build", "--exclude", "domains_add_up"), ("build", "--select", "fct_estimates+")],
    ids=" ".join,
)
def test_partial_build_never_publishes(built_project, tmp_path, command):
    """A build that leaves a test out passes, says so, and leaves the release as it was."""
    project = Project(copy_built(built_project, tmp_path / "project"))
    before = folder_digests(project.folder / "release")
    project.change_cell(project.seed("sectors"), "label_nl", str.upper)
    build = run_dbt(project.folder, *command)
    assert build.returncode == 0, build.stdout[-3000:]
    assert "release withheld" in build.stdout
    assert folder_digests(project.folder / "release") == before


def test_real_edition_needs_a_key_and_a_folder(built_project, tmp_path):
    """An edition that is not synthetic is refused without a key, and without raw files."""
    project = Project(copy_built(built_project, tmp_path / "project"))
    project.change_cell(project.seed("editions"), "status", lambda _: "provisional")
    build = run_dbt(project.folder, "build", "--select", "editions", "stg_sample")
    assert build.returncode
    assert "BAROMETER_PSEUDONYM_KEY: found none; expected a secret key" in build.stdout
