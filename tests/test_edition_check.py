"""`barometer check`: all that is wrong with the files of an edition, in one call."""

import pytest

from barometer.inputs.edition_check import plain
from barometer.inputs.pseudonyms import KEY_VARIABLE
from helpers import (
    barometer,
    copy_project,
    folder_digests,
    read_cells,
    reference,
    run_warm,
    write_cells,
)
from made_edition import NEW_QUESTION, UNREAD, MadeEdition
from survey_of_people import KEY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An edition in a copy of the project that was never built, and its raw files."""
    made = MadeEdition(copy_project(tmp_path_factory.mktemp("checked") / "project"))
    made.write_raw(made.folder / "raw")
    return made


def check(made, **variables):
    """What the command says of the edition, and its exit code."""
    run = run_warm(barometer, made.folder, "check", str(made.year), "--raw-path", "raw", **variables)
    lines = [line for line in run.stdout.splitlines() if not line.startswith("check ")]
    return lines, run.returncode


def own_files(folder):
    """Digests of the files of a project but those that the check keeps for the next one."""
    return {
        name: digest for name, digest in folder_digests(folder).items()
        if not name.startswith(("target/check/", "target/home/"))
    }


def test_a_sound_edition_is_said_to_be(made):
    """Without a fault it says what comes next; nothing is built, and no microdata stays."""
    before = own_files(made.folder)
    lines, code = check(made, **{KEY_VARIABLE: KEY})
    assert lines == [
        f"edition {made.year}: no fault; next `dbt build --vars '{{raw_path: raw}}'`; the release stays "
        "as it was until then"
    ]
    assert code == 0
    assert own_files(made.folder) == before
    assert not list(made.folder.rglob("*.duckdb*"))


class Faults:
    """Faults planted in the seeds and raw files of an edition, and what must be said of each."""

    def __init__(self, made):
        self.made, self.errors, self.warnings = made, [], []
        self.raw = made.folder / "raw" / str(made.year)

    def change(self, path, change):
        """Change the rows of a file, lists of cells below the header, in place; returns what that says."""
        header, *rows = read_cells(path)
        said = change(rows, header.index)
        write_cells(path, [header, *rows])
        return said

    def seed(self, name, change):
        """A fault in a reference seed; `change` gets where it is, too."""
        path = f"seeds/reference/{name}.csv"
        self.errors += self.change(
            self.made.folder / path, lambda rows, at: change(rows, at, path)
        )

    def plant(self):
        """All of them, of all kinds."""
        year, folder = str(self.made.year), self.made.folder / "seeds" / "reference"

        def open_cells(rows, at, path):
            lines = [line for line, row in enumerate(rows, 2) if row[at("edition")] == year][:7]
            for line in lines:
                rows[line - 2][at("population_count")] = "?"
            more = ["", "", "", "", "; and 2 more like it"]
            return [
                f"{path}, line {line}, column population_count: found a cell that is left open with ?; "
                f"expected a value{end}" for line, end in zip(lines[:5], more, strict=True)
            ]

        def wrong_type(rows, at, path):
            rows[0][at("sent_on")] = "5 June"
            return [f"{path}, line 2, column sent_on: found '5 June'; expected a value of type date"]

        def unknown_base(rows, at, path):
            rows[0][at("base_id")] = "nobody"
            return [
                f"{path}, column indicator_id and base_id: found {rows[0][at('indicator_id')]} and nobody; "
                "expected a value of column indicator_id and base_id of seeds/reference/indicators.csv"
            ]

        def without_label(rows, at, path):
            mine = [row for row in rows if row[at("question_id")] == NEW_QUESTION]
            rows.remove(mine[-1])
            column = self.made.question_columns[NEW_QUESTION]
            code = mine[-1][at("answer_code")]
            return [
                f"seeds/reference/questions.csv, edition {year}, column {column}: found code {code} of "
                f"question {NEW_QUESTION}; expected a code that answer_codes.csv has for it"
            ]

        def repeated_row(rows, at, path):
            rows.append(list(rows[0]))
            question, code = (rows[0][at(column)] for column in ("question_id", "answer_code"))
            return [
                f"answer_codes: found 2 rows with question_id {question}, answer_code {code}; expected "
                "one, without nulls"
            ]

        def order_taken(rows, at, path):
            rows[1][at("sort_order")] = rows[0][at("sort_order")]
            return [
                f"{path}, line 3, column sort_order: found {rows[0][at('sort_order')]}, as in line 2; "
                "expected a number of its own"
            ]

        def figure_without_it(rows, at, path):
            (row,) = [
                row for row in rows
                if row[at("question_id")] == NEW_QUESTION and "tabel" in row[at("source")]
            ]
            figure = reference("figure_titles", self.made.folder)[-1]["figure"]
            row[at("source")] += f"|{figure}"
            return [
                f"{path}, indicator {row[at('indicator_id')]}, base {row[at('base_id')]}, column source: "
                f"found {figure}, which does not show it; expected a row of {figure} with this indicator "
                "and base in figures.csv, or another source"
            ]

        def undeclared_column(rows, at, path):
            rows[:] = [row for row in rows if row[at("column_name")] != UNREAD]
            return [
                f"raw/{year}/responses.csv, line 1: Unknown column: found column {UNREAD}; expected a column "
                f"of seeds/reference/questions.csv for edition {year} [column_unknown]"
            ]

        self.warnings.append(self.uncounted_question(year))
        for seed, change in (
            ("population", open_cells), ("mailings", wrong_type), ("site_highlights", unknown_base),
            ("answer_codes", without_label), ("answer_codes", repeated_row),
            ("report_tables", order_taken), ("indicators", figure_without_it),
            ("raw_columns", undeclared_column),
        ):
            self.seed(seed, change)
        with (folder / "claims.csv").open("a", encoding="utf-8") as file:
            file.write("one cell\n")
        cells = read_cells(folder / "claims.csv")
        self.errors.append(
            f"seeds/reference/claims.csv, line {len(cells)}: found 1 fields; expected {len(cells[0])}, "
            "as in the header"
        )
        self.plant_in_raw_files(year)

    def plant_in_raw_files(self, year):
        """A value of another form, a code nobody knows, a day after the fieldwork."""
        column = self.made.question_columns[NEW_QUESTION]
        known = " or ".join(self.made.answer_codes[NEW_QUESTION])
        end = self.made.start.replace(month=9, day=30)

        def sampled(rows, at):
            rows[0][at("nace_code")] = "62.010"
            return [
                f"raw/{year}/sample.csv, line 2, column nace_code: NACE code malformed: found '62.010'; "
                "expected five digits without dots [nace_with_separators]"
            ]

        def answered(rows, at):
            rows[0][at(column)] = "9"
            rows[1][at("submitted_at")] = f"{year}-12-24T10:00:00"
            return [
                f"raw/{year}/responses.csv, line 2, column {column}: Unknown answer code: found '9'; "
                f"expected one of {known} or an empty cell [answer_unknown]",
                f"raw/{year}/responses.csv, line 3, column submitted_at: Date outside the fieldwork: found "
                f"'{year}-12-24T10:00:00'; expected one from {self.made.start} to {end} "
                "[time_outside_fieldwork]",
            ]

        for name, change in (("sample", sampled), ("responses", answered)):
            self.errors += self.change(self.raw / f"{name}.csv", change)
        self.errors.append(
            "environment variable BAROMETER_PSEUDONYM_KEY: No secret key: found none; expected a secret "
            "key, because an edition of status provisional has real enterprises in it "
            "[pseudonym_key_missing]"
        )

    def uncounted_question(self, year):
        """A question that is asked, and that no indicator counts."""
        folder = self.made.folder / "seeds" / "reference"
        question, column = "remark_known", "item_99"

        def asked(rows, at):
            row = next(
                row for row in rows
                if row[at("question_id")] == NEW_QUESTION and row[at("edition")] == year
            )
            other = list(row)
            other[at("question_id")], other[at("column_name")] = question, column
            rows.append(other)

        def labelled(rows, at):
            for row in [row for row in rows if row[at("question_id")] == NEW_QUESTION]:
                rows.append([question if cell == NEW_QUESTION else cell for cell in row])

        def answered(rows, at):
            for row in rows:
                row.append("1")

        self.change(folder / "questions.csv", asked)
        self.change(folder / "answer_codes.csv", labelled)
        path = self.raw / "responses.csv"
        self.change(path, answered)
        header, *rows = read_cells(path)
        write_cells(path, [[*header, column], *rows])
        return (
            f"seeds/reference/questions.csv, edition {year}, column {column}: found question {question} "
            "without an indicator of its own; expected a row "
            "with it in indicators.csv: without one no table or figure shows it"
        )


def test_all_faults_are_said_in_one_call(made):
    """Raw files, open cells, codes, references, orders, keys, sources, and what nobody counts."""
    faults = Faults(made)
    faults.plant()
    before = own_files(made.folder)
    lines, code = check(made)
    split = lines.index("warnings:")
    assert lines[0] == "faults:" and len(faults.errors) > 15
    assert sorted(lines[1:split]) == sorted(f"  {sentence}" for sentence in faults.errors)
    assert lines[split + 1:-1] == [f"  {sentence}" for sentence in faults.warnings]
    assert lines[-1] == (
        f"edition {made.year}: {len(faults.errors)} faults; what rests on a file that cannot be read was "
        f"not looked at; correct what is above and say `barometer check {made.year} --raw-path raw` again; "
        "the release stays as it was"
    )
    assert code == 1
    assert own_files(made.folder) == before
    assert not list(made.folder.rglob("*.duckdb*"))
    assert KEY not in "".join(lines)


def test_what_dbt_puts_around_a_sentence_is_left_out():
    """Of what is no sentence of the project all is said, in one line."""
    assert plain(
        "Compilation Error in seed population (seeds/reference/population.csv)\n"
        "  population.csv, line 2: found x; expected y\n\n  > in macro materialization_seed"
    ) == ["population.csv, line 2: found x; expected y"]
    assert plain("Runtime Error in model a\n  Invalid Input Error: a: found 2; expected 1") == [
        "a: found 2; expected 1"
    ]
    assert plain("Binder Error:\n  no such column") == ["Binder Error: no such column"]
