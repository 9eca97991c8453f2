"""What a cell of a seed may be: the SQL of the macro that looks at it, without dbt."""

import duckdb
import pytest

from barometer.inputs.seed_files import csv_fault
from helpers import macros, reference, write_cells

SEED_FILES = macros("seed_files.sql", escape_single_quotes=str)


def misfits(path, header, column_types=None, names=(), not_exported=()):
    """Line, column, found and expected of the cells of a file that are refused."""
    query = SEED_FILES.seed_misfits(
        SEED_FILES.read_seed_file(str(path), header), header, column_types or {}, names,
        not_exported,
    )
    with duckdb.connect() as connection:
        return connection.sql(query).fetchall()


@pytest.mark.parametrize(
    ("data_type", "cell"),
    [
        ("integer", "4.379"), ("integer", "1.565"), ("smallint", "4.0"), ("bigint", "4e3"),
        ("integer", " 4"), ("integer", "4,379"),
        ("utinyint", "256"), ("smallint", "40000"), ("date", "31/12/2019"), ("boolean", "ja"),
        ("double", "4,5"),
    ],
)
def test_nothing_is_rounded_or_trimmed(tmp_path, data_type, cell):
    """A cell that DuckDB would make something else of is no value of its type."""
    path = tmp_path / "seed.csv"
    write_cells(path, [["id", "value"], ["a", cell]])
    assert misfits(path, ["id", "value"], {"value": data_type}) == [
        (2, "value", f"'{cell}'", f"a value of type {data_type}")
    ]


@pytest.mark.parametrize(
    ("cell", "shown", "expected"),
    [
        ("a\x0bb", "a value with a character that does not show, U+000B", "letters that show and plain blanks"),
        ("a\N{NO-BREAK SPACE}", "a value with a character that does not show, U+00A0", "letters that show and plain blanks"),
        ("\N{ZERO WIDTH SPACE}a", "a value with a character that does not show, U+200B", "letters that show and plain blanks"),
        ("a\nb", "a value with a character that does not show, U+000A", "letters that show and plain blanks"),
        ("a ", "'a '", "a value that neither begins nor ends with a blank"),
        (" a", "' a'", "a value that neither begins nor ends with a blank"),
    ],
)
def test_a_text_is_what_shows_of_it(tmp_path, cell, shown, expected):
    """A code, a name, a number or a label: nobody sees what is beside it, and XML cannot hold some."""
    path = tmp_path / "seed.csv"
    write_cells(path, [["label"], [cell]])
    assert misfits(path, ["label"]) == [(2, "label", shown, expected)]
    assert misfits(path, ["label"], {"label": "integer"}) == [
        (2, "label", shown, "a value of type integer")
    ]


@pytest.mark.parametrize("cell", ["=1+1", "-10 employees", "+5 %", "@SUM(A1)", "\uff1d1+1"])
def test_what_a_spreadsheet_would_run_is_no_text(tmp_path, cell):
    """Where a spreadsheet may open it; a number below zero is no text, nor is a dash alone a formula."""
    path = tmp_path / "seed.csv"
    write_cells(path, [["label", "size"], ["-", "-4"], ["\u221210 employees", "4"], [cell, ""]])
    types = {"size": "integer"}
    assert misfits(path, ["label", "size"], types) == [
        (
            4, "label", f"'{cell}'",
            "a text that begins otherwise, such as with a word, or with the minus sign \u2212 and not a "
            "hyphen: a spreadsheet takes it for a formula",
        )
    ]
    assert misfits(path, ["label", "size"], types, not_exported=["label"]) == []


def test_seeds_have_the_rule_of_raw_files():
    """What does not show is the same in both."""
    rules = {row["rule_id"]: row["pattern"] for row in reference("validation_rules")}
    assert rules["value_with_hidden_characters"] == f"(?s).*({SEED_FILES.hidden_character()}).*"


@pytest.mark.parametrize("line", [",", "", '"",""'])
def test_a_line_without_a_value_is_refused(tmp_path, line):
    """Spreadsheets leave some at the end: a row of nulls would break what is counted."""
    path = tmp_path / "seed.csv"
    path.write_text(f"a,b\n1,\n{line}\n{line}\n", encoding="utf-8")
    assert csv_fault(str(path)) == (
        f"{path}, line 3: found a line without a value; expected a row, or the end of the file"
    )
    path.write_text("a,b\n1,\n", encoding="utf-8")
    assert csv_fault(str(path)) is None


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a,,c", "no name for column 2;"), ("a,b\N{NO-BREAK SPACE}", "column name 'b<U+00A0>';"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}" * 2 + "a", "column name '<U+FEFF>a';"), ("sep=;", "column name 'sep=;';"),
    ],
)
def test_what_is_wrong_with_a_name_shows(tmp_path, header, found):
    """A name is quoted so that everything in it is seen."""
    path = tmp_path / "seed.csv"
    path.write_text(f"{header}\n1,2,3\n", encoding="utf-8")
    assert csv_fault(str(path)).startswith(f"{path}, line 1: found {found} expected ")


def test_what_is_right_is_let_in(tmp_path):
    """Numbers, dates and empty cells as seeds have them."""
    path = tmp_path / "seed.csv"
    types = {"count": "integer", "share": "double", "day": "date", "is_read": "boolean"}
    write_cells(path, [list(types), ["-4379", "4.5", "2019-12-31", "true"], ["0", "", "", ""]])
    assert misfits(path, list(types), types) == []


def test_names_and_open_cells(tmp_path):
    """A name is a word for SQL and files; a cell that is left open is no value of any column."""
    path = tmp_path / "seed.csv"
    write_cells(path, [["item_id", "label"], ["../x", "why?"], ["a_1", "b|?"], ["?", "c"]])
    assert misfits(path, ["item_id", "label"], names=["item_id"]) == [
        (2, "item_id", "'../x'", "a name: a lower-case letter, then letters, digits and underscores"),
        (3, "label", "a cell that is left open with ?", "a value"),
        (4, "item_id", "a cell that is left open with ?", "a value"),
    ]


def test_five_of_a_column_are_enough(tmp_path):
    """A column of another kind is said five times, with how many more there are, and hides no other."""
    path = tmp_path / "seed.csv"
    write_cells(path, [["a", "b"], *([["x", "1"]] * 9), ["1", "y"]])
    found = misfits(path, ["a", "b"], {"a": "integer", "b": "integer"})
    assert [(line, column) for line, column, *_ in found] == [
        *((line, "a") for line in range(2, 7)), (11, "b")
    ]
    assert [expected.partition("; ")[2] for *_, expected in found] == [
        "", "", "", "", "and 4 more like it", ""
    ]


def test_rows_are_in_the_order_of_the_file(tmp_path):
    """A seed of several buffers, which two threads read at once in a session that keeps no order."""
    path = tmp_path / "seed.csv"
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as connection:
        connection.execute(
            "copy (select range as number, repeat('x', 60) as text from range(2000000)) "
            f"to '{path}' (header)"
        )
        seed = SEED_FILES.read_seed_file(str(path), ["number", "text"])
        connection.execute(f"create table seed as select number::integer as number from {seed}")
        (moved,) = connection.sql(
            "select count(*) from (select number, row_number() over () - 1 as place from seed) "
            "where number != place"
        ).fetchone()
    assert moved == 0
