"""Raw files as survey tools export them: the same answers give the same marts, and the checks speak of
the file as it is.
"""

import csv

import duckdb
import openpyxl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.inputs import engine_rows
from barometer.inputs.export_files import DIALECTS as KNOWN_DIALECTS
from barometer.inputs.export_files import layout
from barometer.inputs.export_values import ExportColumns
from barometer.inputs.pseudonyms import KEY_VARIABLE
from barometer.inputs.scaffold import scaffold_edition
from helpers import copy_project, read_rows, statement, write_cells
from input_checks import InputChecks
from made_edition import MadeEdition
from survey_exports import DIALECTS, NONE_OF_THEM, Exports, written
from survey_of_people import KEY

# All that is published follows from these and from seeds.
MARTS = ("fct_responses", "fct_answers", "fct_imputations", "dim_strata", "fct_estimates")


@pytest.fixture(autouse=True)
def key(monkeypatch):
    """The edition is not synthetic."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An edition of a copy of the project, its raw files written; nothing is built."""
    made = MadeEdition(copy_project(tmp_path_factory.mktemp("exports") / "project"))
    made.raw = made.write_raw(made.folder / "raw")
    return made


@pytest.fixture(scope="module")
def checks(made):
    """The input checks of that edition."""
    return InputChecks(str(made.year), project=made.folder)


@pytest.fixture
def exports(made, checks):
    """The responses of that edition, to be written as tools do."""
    exports = Exports(made.folder, made.year, made.responses)
    exports.checks = checks
    return exports


def checked(exports):
    """The input checks, done on what the files and the seeds say now."""
    exports.checks.read_exports()
    exports.checks.check(exports.folder / "raw")
    return exports.checks


def rows_of(checks):
    """Rows of the responses in the order of the file, without their place in it."""
    return [
        {name: value.replace("T", " ") if name == "submitted_at" else value
         for name, value in row.items() if name not in ("file_name", "line_number")}
        for row in sorted(checks.rows("responses"), key=lambda row: row["line_number"])
    ]


def test_every_dialect_is_tested():
    """Each has a file here; `csv` is one whose names alone are others."""
    assert {"csv", *DIALECTS} == set(KNOWN_DIALECTS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_export_has_the_rows_of_the_plain_form(made, exports, dialect):
    """Every value of every row in the order of the file; and no check finds a thing."""
    exports.write_plain(made.raw)
    plain = rows_of(checked(exports))
    exports.write(dialect, made.raw)
    found = checked(exports)
    assert found.sentences() == []
    assert rows_of(found) == plain
    assert len(plain) > 200


def test_both_readers_have_the_same_rows(made, exports, monkeypatch):
    """What DuckDB reads of an export is what Python reads, line by line."""
    exports.write("limesurvey", made.raw)
    with monkeypatch.context() as changed:
        changed.setattr(engine_rows, "export_rows", None)
        rows = checked(exports).rows("responses")
    monkeypatch.setattr(engine_rows, "is_sound_csv", lambda *_: False)
    assert checked(exports).rows("responses") == rows != []


def test_the_same_answers_give_the_same_marts(survey, tmp_path):
    """A file of Qualtrics and one of SPSS, to the byte, as Parquet of a release: marts know nothing of
    a file but the rows of it that all of them have, as a test above says of every one of them."""
    other, marts = survey.copied(tmp_path), {}
    exports = Exports(other.folder, survey.made.year, survey.made.responses)
    # What is built already is of the plain form, and of other answers to the question with several.
    seeds = ("raw_dialects+", "raw_mappings+", "raw_labels+", "raw_files+")
    chosen = [f"{each},+{mart}" for mart in MARTS for each in seeds]
    for dialect in ("qualtrics", "spss"):
        exports.write(dialect, other.raw / str(survey.made.year))
        run = other.dbt("build", "--resource-type", "seed", "--resource-type", "model", "--select", *chosen)
        assert run.returncode == 0, run.stdout[-4000:]
        with duckdb.connect(str(other.folder / "warehouse.duckdb"), read_only=True) as warehouse:
            assert warehouse.sql("select distinct dialect from raw.raw_files order by all").fetchall() == [
                (dialect,), (None,),
            ]
            for mart in MARTS:
                path = tmp_path / f"{mart}.parquet"
                rows = warehouse.sql(f"from marts.{mart} where edition = {survey.made.year} order by all")
                assert len(rows) > 0
                rows.write_parquet(str(path))
                marts.setdefault(mart, set()).add(path.read_bytes())
    assert {mart: len(found) for mart, found in marts.items()} == dict.fromkeys(MARTS, 1)


def rewrite(path, row, column, value, header_count=3, **dialect):
    """Put a value in a cell of a CSV file, the first row being 0; the line that the row begins on."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file, **dialect))
    cells[header_count + row][cells[0].index(column)] = value
    above, below = (
        written(rows, **dialect) for rows in (cells[: header_count + row], cells[header_count + row :])
    )
    path.write_text(above + below, encoding="utf-8")
    return above.count("\n") + 1


def expected_label(exports, column):
    """What is expected in a column with labels."""
    (name,) = {row["label_set"] for row in exports.mappings if row["column_in_file"] == column}
    labels = next(labels for labels, each in exports.sets.items() if each == name)
    return "a label: " + " or ".join(sorted(f"'{label}'" for label, _ in labels))


def column_of(exports, name):
    """What a column of the project is called in the export."""
    return next(row["column_in_file"] for row in exports.mappings if row["column_name"] == name)


def test_an_unknown_label_is_said_as_the_file_has_it(made, exports):
    """The file, the line that its row begins on, the column of the export, the label, and the known ones."""
    path = exports.write("qualtrics", made.raw)
    name = next(name for name in exports.labels if name not in exports.several)
    column = column_of(exports, name)
    line = rewrite(path, 4, column, "Misschien,  later")
    assert line > 4 + 2 * 3
    assert checked(exports).sentences() == [
        f"{path}, line {line}, column {column}: Unknown label: found 'Misschien, later'; expected "
        f"{expected_label(exports, column)}, or a row for it in seeds/reference/raw_labels.csv or "
        "raw_mappings.csv [label_unknown]"
    ]


def test_an_unknown_answer_among_several_is_said_once(made, exports):
    """One cell fills many columns and is one finding."""
    path = exports.write("qualtrics", made.raw)
    line = rewrite(path, 2, "Q100", f"{NONE_OF_THEM},Iets anders")
    (sentence,) = checked(exports).sentences()
    assert sentence.startswith(
        f"{path}, line {line}, column Q100: Unknown label: found '{NONE_OF_THEM},Iets anders'; expected a label: "
    )
    assert f"'{NONE_OF_THEM}' or " in sentence and "[label_unknown]" in sentence


def test_a_label_may_be_no_answer(made, exports):
    """With an empty code in the seed; blanks of any kind in a label are one."""
    path = exports.write("qualtrics", made.raw)
    name = next(name for name in exports.labels if name not in exports.several)
    exports.sets[(("Niet gevraagd", ""),)] = next(
        row["label_set"] for row in exports.mappings if row["column_name"] == name
    )
    exports.write_seeds("qualtrics")
    line = rewrite(path, 4, column_of(exports, name), "Niet\N{NO-BREAK SPACE}\n gevraagd")
    found = checked(exports)
    assert found.sentences() == []
    assert [row[name] for row in found.rows("responses") if row["line_number"] == line] == [None]


@pytest.mark.parametrize(
    ("rows", "is_sound"),
    [
        ("1,2\n3,4\n", True), ("1,\n3,4", True), ("1,2,\n3,4\n", False), ("1,2\n3\n", False),
        ("1,2\n\n3,4\n", False), ('"1\n",2\n3,4\n', False), ('1,"2"\n3,\n', False),
    ],
)
def test_what_the_engine_reads_of_an_export_has_a_row_a_line(tmp_path, rows, is_sound):
    """What is quoted in the questions of its header is nothing against it."""
    path = tmp_path / "responses.csv"
    path.write_text('a,b\n"Welke,\n van deze?",Wie?\n"{""ImportId"":""x""}","{""ImportId"":""y""}"\n' + rows)
    above = layout(path, "qualtrics")
    assert (above.record_count, above.line_count) == (3, 4)
    assert engine_rows.is_sound_csv(duckdb.connect(), path, rows.endswith("\n"), above) == is_sound


def test_what_may_name_somebody_is_not_quoted(made, exports):
    """In the place of a label: an address, a number, a long text."""
    exports.write("qualtrics", made.raw)
    column = column_of(exports, next(name for name in exports.labels if name not in exports.several))
    for text in ("jan@niemand.invalid", "0412345678", "Achternaamloos " * 9):
        path = exports.write("qualtrics", made.raw)
        rewrite(path, 4, column, text)
        (sentence,) = checked(exports).sentences()
        assert f"Unknown label: found a text of {len(text.strip())} characters; expected" in sentence


def test_an_unknown_code_of_limesurvey(made, exports):
    """An answer code that no label has."""
    path = exports.write("limesurvey", made.raw)
    name = next(name for name in list(exports.labels)[1:] if name not in exports.several)
    column = column_of(exports, name)
    line = rewrite(path, 3, column, "A99", header_count=1, delimiter=";")
    (sentence,) = checked(exports).sentences()
    assert sentence.startswith(f"{path}, line {line}, column {column}: Unknown label: found 'A99'; expected a label: 'A1' or ")


def test_an_unknown_value_of_spss(made, exports):
    """A value without a label is a label that nobody knows; the place is a case."""
    path = exports.write("spss", made.raw)
    name = next(iter(exports.labels))
    column = column_of(exports, name)
    exports.fills("V999")
    exports.write_seeds("spss")
    values, meta = pyreadstat.read_sav(str(path))
    values.loc[6, column] = 990.5
    pyreadstat.write_sav(values, str(path), variable_value_labels=meta.variable_value_labels)
    missing, sentence = checked(exports).sentences()
    assert missing.startswith(f"{path}, column V999: Missing column: found no such column; expected one, as in")
    assert sentence.startswith(f"{path}, case 7, column {column}: Unknown label: found '990.5'; expected a label: ")


def test_a_workbook_has_rows(made, exports):
    """The row of the sheet; a row without a value, and a response that is there twice."""
    path = exports.write("excel", made.raw)
    book = openpyxl.load_workbook(path)
    sheet, names = book["Sheet"], list(exports.rows[0])
    question = next(iter(exports.labels))
    sheet.cell(5, names.index(question) + 1).value = 77
    sheet.cell(7, names.index("response_id") + 1).value = sheet.cell(6, names.index("response_id") + 1).value
    for column in range(1, len(names) + 1):
        sheet.cell(9, column).value = None
    book.save(path)
    found = checked(exports).sentences()
    assert [sentence.split("; expected")[0] for sentence in found] == [
        f"{path}, row 9: Empty line: found nothing",
        f"{path}, row 5, column {question}: Unknown answer code: found '77'",
        f"{path}, row 7, column response_id: Duplicate key: found the value of row 6",
    ]


def test_columns_are_those_of_the_file(made, exports):
    """A column that a row names and the file has not, and one that the file has and no row names."""
    path = exports.write("qualtrics", made.raw)
    column = column_of(exports, "response_channel")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f",{column},", ",Kanaal (intern),", 1), encoding="utf-8")
    found = checked(exports).sentences()
    place = text.lstrip("\ufeff").split("\n", 1)[0].split(",").index(column) + 1
    assert found == [
        f"{path}, line 1, column {column}: Missing column: found no such column; expected one, as in "
        "seeds/reference/raw_mappings.csv [column_missing]",
        f"{path}, line 1: Unknown column: found column {place}, Kanaal (intern); expected a column of "
        f"seeds/reference/raw_mappings.csv for edition {exports.year}, with what it fills or without if "
        "nobody needs it [column_unknown]",
    ]


def renamed_dialect(exports, path):
    """The seed has a dialect that nobody knows."""
    write_cells(exports.folder / "seeds" / "reference" / "raw_dialects.csv", [
        ["edition", "file_kind", "dialect"], [exports.year, "responses", "surveymonk"],
    ])


def two_sheets(exports, path):
    """The second sheet has a value too."""
    book = openpyxl.load_workbook(path)
    book["Blad2"]["A1"] = "x"
    book.save(path)


@pytest.mark.parametrize(
    ("dialect", "spoil", "parts"),
    [
        ("spss", renamed_dialect, (
            "seeds/reference/raw_dialects.csv, edition {year}, responses: Unknown dialect: found surveymonk; "
            "expected csv or excel or limesurvey or qualtrics or spss [dialect_unknown]",
        )),
        ("spss", lambda exports, path: path.rename(path.with_suffix(".xlsx")), (
            "raw/{year}: Missing file: found no file; expected responses.sav in this folder, as "
            "seeds/reference/raw_dialects.csv says spss [file_missing]",
        )),
        ("spss", lambda exports, path: path.write_bytes(b"$FL2@(#) SPSS" + bytes(50)), (
            "responses.sav: Unreadable file: found ", "expected a file of SPSS [file_unreadable]",
        )),
        ("excel", lambda exports, path: path.write_bytes(b"PK\x03\x04 damaged"), (
            "responses.xlsx: Unreadable file: found ", "expected a workbook of Excel [file_unreadable]",
        )),
        ("excel", lambda exports, path: path.write_bytes(b""), ("responses.xlsx: Empty file: ", "[file_empty]")),
        ("excel", two_sheets, ("responses.xlsx: Two files for one: found 2 sheets with values; expected one",)),
        ("limesurvey", lambda exports, path: path.write_bytes(b"sep=;\r\n" + path.read_bytes().lstrip(b"\xef\xbb\xbf")), (
            "responses.csv: Line for a spreadsheet above the header: found sep=;", "[separator_line]",
        )),
        ("limesurvey", lambda exports, path: path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16")), (
            "responses.csv: Wrong encoding: found UTF-16; expected UTF-8", "[encoding_wrong]",
        )),
        ("limesurvey", lambda exports, path: path.write_bytes(path.read_bytes() + b'"1";"2"\r\n'), (
            "responses.csv, line {last}: Row of another width: found 2 fields", "[row_ragged]",
        )),
    ],
)
def test_what_is_wrong_with_an_export_is_a_sentence(made, exports, dialect, spoil, parts):
    """Of the file as a whole, or of one row."""
    path = exports.write(dialect, made.raw)
    spoil(exports, path)
    known = {"year": exports.year, "last": len(exports.rows) + 2}
    found = checked(exports).sentences()
    assert any(all(part.format(**known) in sentence for part in parts) for sentence in found), found


def test_without_a_row_an_export_is_refused(made, exports):
    """As any file that is not in the plain form; what reads it is said."""
    for dialect, rule in (("qualtrics", "header_of_three_lines"), ("limesurvey", "delimiter_wrong")):
        exports.write(dialect, made.raw)
        exports.mappings, exports.sets = [], {}
        exports.write_seeds(None)
        (sentence,) = checked(exports).sentences()
        assert f"[{rule}]" in sentence and "seeds/reference/raw_dialects.csv" in sentence
    exports.write("spss", made.raw)
    exports.mappings, exports.sets = [], {}
    exports.write_seeds(None)
    (sentence,) = checked(exports).sentences()
    assert "found no file; expected responses.csv or responses.parquet in this folder; what a survey tool" in sentence


def test_mappings_that_cannot_be_applied_are_said(made, exports):
    """Each in a sentence: of a file, a column, a code, a set or a choice that does not fit."""
    exports.write("limesurvey", made.raw)
    question = next(name for name in exports.labels if name not in exports.several)
    filled = next(row for row in exports.mappings if row["column_name"] == question)
    several = next(row for row in exports.mappings if row.get("choice") and row["column_name"])
    exports.sets[(("A1", "250"),)] = filled["label_set"]
    several["other_code"] = "99"
    exports.fills("X1", question)
    exports.fills("X2", "no_such_column")
    exports.fills("X3", label_set="no_such_set")
    exports.fills("X4", choice_of="X")
    exports.fills("X4", choice_of="X")
    exports.write_seeds("limesurvey")
    connection = exports.checks.connection
    exports.checks.read_exports()
    connection.execute(
        "insert into raw_mappings (edition, file_kind, column_in_file) values (1999, 'sample', 'Y')"
    )
    connection.execute(f"insert into raw_dialects values ({exports.year}, 'samples', 'csv')")
    messages = [
        row[0] for row in connection.execute(statement("tests/dbt/raw_mappings_can_be_applied.sql")).fetchall()
    ]
    place = f"seeds/reference/raw_mappings.csv, edition {exports.year}, responses, column_in_file "
    listed = " or ".join(exports.labels[question])
    pair = " or ".join((exports.chosen, exports.other))
    misfit = ": found a choice, label_set, chosen_code, other_code or choice_of that does not go with"
    expected = [
        "seeds/reference/raw_mappings.csv, edition 1999, sample, column_in_file Y: found a file without a dialect; "
        "expected a row for it in seeds/reference/raw_dialects.csv",
        f"{place}X2, column column_name: found no_such_column; expected a column of raw_columns.csv or",
        f", column column_name: found {question} in 2 rows; expected one that fills it",
        f"{place}X4: found 2 rows; expected one",
        f"{place}X3, column label_set: found no_such_set; expected a set of seeds/reference/raw_labels.csv",
        f"{place}X3{misfit}", f"{place}X4{misfit}",
        f"{place}{filled['column_in_file']}, label A1 of label_set {filled['label_set']}: found code 250; "
        f"expected {listed}, the codes of column {question}",
        f"{place}{several['column_in_file']}, choice Y: found code 99; expected {pair}, the codes of column",
        f"seeds/reference/raw_dialects.csv, edition {exports.year}, column file_kind: found samples; expected a kind",
    ]
    missing = [part for part in expected if not any(part in message for message in messages)]
    assert missing == [], messages


WORDS = st.lists(st.sampled_from(["text", "beeld", "(spraak)", "é", "a.b"]), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_answers_in_one_cell_are_taken_apart(data):
    """Whatever is chosen of answers that have commas, and begin as others do, is what is found."""
    answers = sorted(data.draw(st.sets(WORDS.map(", ".join), min_size=1, max_size=4)))
    chosen = data.draw(st.sets(st.sampled_from(answers)))
    cell = ",".join(answer for answer in answers if answer in chosen)
    place = {"edition": 1, "file_kind": "responses"}
    mappings = [
        place | {"column_in_file": "Q", "choice": answer, "column_name": f"c{at}", "label_set": None,
                 "chosen_code": "1", "other_code": "2", "choice_of": None}
        for at, answer in enumerate(answers)
    ]
    filled = ExportColumns(
        place | {"column_names": ["Q"]}, [row["column_name"] for row in mappings], mappings, []
    )
    rows = "select null as rule_id, null as found, null as expected, nullif($1, '') as cell_0"
    found = duckdb.execute(filled.query(rows, "1 as place"), [cell]).fetchone()[4:]
    assert found == tuple(
        None if not chosen else "1" if answer in chosen else "2" for answer in answers
    )


def test_the_scaffold_writes_what_reads_an_export(made, exports, tmp_path):
    """Dialect, columns and labels of each tool: what shows is settled, what does not is open, and nothing
    that one person typed is among it.
    """
    new = made.year + 1
    folder = made.folder / "raw" / str(new)
    folder.mkdir(exist_ok=True)
    seeds = made.folder / "seeds" / "reference"
    for dialect in DIALECTS:
        exports.write(dialect, folder)
        expected = exports.mappings
        labelled = {row["column_in_file"]: row["column_name"] for row in expected if row.get("label_set")}
        exports.mappings, exports.sets = [], {}
        exports.write_seeds(None)
        target = tmp_path / dialect
        lines = scaffold_edition(new, str(folder.parent), str(seeds), str(target))
        found = {name: read_rows(target / f"{name}.csv") for name in ("raw_dialects", "raw_mappings", "raw_labels")}
        assert found["raw_dialects"] == [{"edition": str(new), "file_kind": "responses", "dialect": dialect}]
        assert lines[0] == f"{folder}/responses.{DIALECTS[dialect]}: read as {dialect}"
        text = "".join(path.read_text(encoding="utf-8") for path in target.iterdir())
        assert exports.rows[0]["response_id"] not in text and "Ask for Mr" not in text
        rows = {row["column_in_file"]: row for row in found["raw_mappings"]}
        if dialect == "excel":
            assert found["raw_mappings"] == found["raw_labels"] == []
            continue
        sets = {}
        for row in found["raw_labels"]:
            sets.setdefault(row["label_set"], {})[row["label"]] = row["code"]
        if dialect == "qualtrics":
            # The wording of a question says which it is, and the words of a label which code.
            right = [
                column for column, name in labelled.items() if name in exports.labels
                and rows[column]["column_name"] == name
                and {code: label for label, code in sets[rows[column]["label_set"]].items()}.items()
                <= exports.labels[name].items()
            ]
            assert len(right) > 30
            assert rows["ResponseId"]["column_name"] == "?response_id" and rows["Status"]["column_name"] == ""
        if dialect == "limesurvey":
            answers = [row for row in found["raw_mappings"] if row["choice"] == "Y"]
            assert len(answers) == len(exports.several) + 1
            assert {(row["choice_of"], row["chosen_code"]) for row in answers} == {("G05Q01", "?")}
        if dialect == "spss":
            assert all(set(sets[rows[column]["label_set"]].values()) == {"?"} for column in labelled)
            assert len(labelled) > 30
