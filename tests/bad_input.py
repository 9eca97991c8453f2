"""Kinds of bad input, in groups that are found together.

Each kind changes files of a project and returns what its message must say: a list of parts
that are in one line of the output. Places to change are found in the data; no sector,
question or year is typed here. A kind that plants personal data adds it to `project.secrets`.
"""

import codecs
import csv
import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers import copy_built, read_cells, reference, run_dbt, write_cells

DAMAGED = b"PAR1 damaged PAR1"

EMPTY_ROWS = 500

# Of the responses of an edition that is added, with their header: what is wrong with a file is so
# with few. Its sample is who these are of.
ROWS = 200


class Project:
    """A built project whose files are to be spoilt."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.editions = sorted({row["edition"] for row in reference("editions", folder)})
        self.edition = self.editions[-1]
        self.sample, self.responses = self.raw(self.edition)
        self.secrets = set()
        self.lines = {}
        self.added = int(self.edition)

    def raw(self, edition):
        """Paths of the raw seeds of an edition: sample and responses."""
        folder = self.folder / "seeds" / "raw"
        return folder / f"raw_sample_{edition}.csv", folder / f"raw_responses_{edition}.csv"

    def seed(self, name):
        """Path of a reference seed."""
        return self.folder / "seeds" / "reference" / f"{name}.csv"

    def line(self, path):
        """A line of a file that no kind has spoilt yet; every second one, so that lines can be doubled."""
        self.lines[path] = self.lines.get(path, 0) + 2
        return self.lines[path]

    def question_columns(self):
        """Raw columns of the newest edition's questions, with their rows of the seed."""
        return {
            row["column_name"]: row
            for row in reference("questions", self.folder)
            if row["edition"] == self.edition
        }

    def change_cell(self, path, column, change, line=2):
        """Change one cell (header is line 1); returns what was there."""
        cells = read_cells(path)
        place = cells[0].index(column)
        old = cells[line - 1][place]
        cells[line - 1][place] = change(old)
        write_cells(path, cells)
        return old

    def add_edition(self):
        """A further synthetic edition, with raw files of its own like the newest one's, of fewer
        enterprises: their folder."""
        self.added += 1
        for name in ("editions", "questions", "population"):
            cells = read_cells(self.seed(name))
            place = cells[0].index("edition")
            rows = [list(row) for row in cells[1:] if row[place] == self.edition]
            for row in rows:
                row[place] = str(self.added)
            write_cells(self.seed(name), cells + rows)
        folder = self.folder / "raw" / str(self.added)
        folder.mkdir(parents=True)
        responses = read_cells(self.responses)[:ROWS]
        named = {cell for row in responses for cell in row}
        header, *sample = read_cells(self.sample)
        number = header.index("enterprise_number")
        write_cells(folder / "responses.csv", responses)
        write_cells(folder / "sample.csv", [header, *(row for row in sample if row[number] in named)])
        return folder


def cell(file_kind, column, value, rule_id, found, expected, is_secret=False):
    """A kind: one cell of a raw file holds something else.

    Args:
        value: what the cell holds then, from what it held.
    """

    def spoil(project):
        path = getattr(project, file_kind)
        line = project.line(path)
        old = project.change_cell(path, column, value, line)
        if is_secret:
            project.secrets |= {old, value(old)} - {""}
        return [
            f"{path.name}, line {line}, column {column}: ", f"found {found}",
            f"expected {expected}", f"[{rule_id}]",
        ]

    return spoil


def number(file_kind, column, value, rule_id, found, expected="ten digits"):
    """A kind: an enterprise number is another text; neither is ever quoted."""
    return cell(file_kind, column, value, rule_id, found, expected, is_secret=True)


def other_check_digit(number_text):
    """A slip of the pen in the last digit."""
    return number_text[:-1] + str((int(number_text[-1]) + 1) % 10)


def dotted(number_text):
    """As enterprises write it."""
    return f"{number_text[:4]}.{number_text[4:7]}.{number_text[7:]}"


def scientific(number_text):
    """As a spreadsheet shows it."""
    return f"{int(number_text):.2E}"


def answer(value, rule_id, found):
    """A kind: an answer that is no code of its question."""

    def spoil(project):
        line = project.line(project.responses)
        cells = read_cells(project.responses)
        asked = project.question_columns()
        column = next(
            name for name, text in zip(cells[0], cells[line - 1], strict=True)
            if name in asked and text
        )
        project.change_cell(project.responses, column, lambda _: value, line)
        listed = asked[column]["answer_codes"].replace("|", " or ")
        return [
            f"{project.responses.name}, line {line}, column {column}: ", f"found {found}",
            f"expected one of {listed}", f"[{rule_id}]",
        ]

    return spoil


def repeated(file_kind, column, rule_id, is_secret):
    """A kind: a row has the key of the row before it."""

    def spoil(project):
        path = getattr(project, file_kind)
        line = project.line(path)
        cells = read_cells(path)
        place = cells[0].index(column)
        cells[line][place] = cells[line - 1][place]
        write_cells(path, cells)
        if is_secret:
            project.secrets.add(cells[line][place])
        return [
            f"{path.name}, line {line + 1}, column {column}: ",
            f"found the value of line {line}", "expected each", f"[{rule_id}]",
        ]

    return spoil


def unanswered_question(project):
    """A question without any answer."""
    column = list(project.question_columns())[-1]
    cells = read_cells(project.responses)
    place = cells[0].index(column)
    for row in cells[1:]:
        row[place] = ""
    write_cells(project.responses, cells)
    return [f"{project.responses.name}, column {column}: ", "[question_unanswered]"]


def half_second_approach(project):
    """A status of a second approach without its channel."""
    cells = read_cells(project.sample)
    place = cells[0].index("recontact_status")
    line = next(
        number for number in iter(lambda: project.line(project.sample), None)
        if not cells[number - 1][place]
    )
    project.change_cell(project.sample, "recontact_status", lambda _: "delivered", line)
    return [f"{project.sample.name}, line {line}, column recontact_status: ", "[recontact_incomplete]"]


RECORDS = {
    "NACE code with a dot": cell(
        "sample", "nace_code", lambda code: f"{code[:2]}.{code[2:]}", "nace_with_separators", "'", "five digits without dots"),
    "NACE code that lost its leading zero": cell(
        "sample", "nace_code", lambda _: "1110", "nace_without_leading_zero", "'1110'", "five digits"),
    "NACE code in words": cell(
        "sample", "nace_code", lambda _: "bakery", "nace_malformed", "'bakery'", "five digits"),
    "employee count in words": cell(
        "sample", "employee_count", lambda _: "many", "count_malformed", "'many'", "a whole number"),
    "employee count with decimals": cell(
        "sample", "employee_count", lambda _: "12.0", "count_with_separators", "'12.0'", "a whole number without separators"),
    "employee count below zero": cell(
        "sample", "employee_count", lambda _: "-3", "count_negative", "'-3'", "a whole number of 0 or more"),
    "no employee count": cell(
        "sample", "employee_count", lambda _: "", "value_missing", "an empty cell", "a value"),
    "establishments as a share": cell(
        "sample", "flemish_establishment_count", lambda _: "0,5", "count_with_separators", "'0,5'", "a whole number"),
    "unknown region": cell(
        "sample", "registered_region", lambda _: "atlantis", "code_unknown", "'atlantis'", "flanders or brussels or wallonia"),
    "code with a blank after it": cell(
        "sample", "contact_channel", lambda text: text + " ", "value_with_outer_blanks", "a value that begins or ends with a blank", "the value alone"),
    "control character in a code": cell(
        "sample", "delivery_status", lambda text: text + "\x07", "value_with_hidden_characters", "a value with a character", "letters that show"),
    "response id with a no-break space in it": cell(
        "responses", "response_id", lambda text: f"{text[:2]}\N{NO-BREAK SPACE}{text[2:]}", "value_with_hidden_characters", "a value with a character that does not print or a blank that is not the plain one", "letters that show"),
    "enterprise number with a zero-width space": number(
        "responses", "enterprise_number", lambda text: f"{text}\N{ZERO WIDTH SPACE}", "value_with_hidden_characters", "a value with a character that does not print", "letters that show"),
    "somebody's name in another column": cell(
        "sample", "contact_type", lambda _: "Jan Peeters", "code_unknown", "a text of 11 characters", "personal or general", is_secret=False),
    "half a second approach": half_second_approach,
    "wrong check digits": number(
        "sample", "enterprise_number", other_check_digit, "check_digits_wrong", "a number whose check digits do not fit"),
    "enterprise number in scientific notation": number(
        "sample", "enterprise_number", scientific, "number_in_scientific_notation", "a number in scientific notation"),
    "enterprise number without its leading zero": number(
        "sample", "enterprise_number", lambda text: text[1:], "number_without_leading_zero", "nine digits: a leading zero was lost"),
    "enterprise number with dots": number(
        "sample", "enterprise_number", dotted, "number_with_separators", "a number with dots"),
    "enterprise number with the prefix BE": number(
        "sample", "enterprise_number", lambda text: f"BE{text}", "number_with_country_prefix", "a number with the prefix BE"),
    "enterprise number with decimals": number(
        "sample", "enterprise_number", lambda text: f"{text}.0", "number_with_decimals", "a number with decimals"),
    "enterprise number that is none": number(
        "sample", "enterprise_number", lambda _: "unknown?", "number_malformed", "something other than ten digits"),
    "no enterprise number": number(
        "sample", "enterprise_number", lambda _: "", "value_missing", "an empty cell", "a value"),
    "real enterprise number in a synthetic edition": number(
        "sample", "enterprise_number", lambda _: f"01234567{97 - 1_234_567 % 97:02d}", "number_not_synthetic", "a number that the register may have issued", "one that begins with 9"),
    "enterprise that was sampled twice": repeated(
        "sample", "enterprise_number", "enterprise_repeated", is_secret=True),
    "answer outside its codes": answer("99", "answer_unknown", "'99'"),
    "answer in words": answer("yes", "answer_not_whole", "'yes'"),
    "answer with decimals": answer("1.0", "answer_not_whole", "'1.0'"),
    "questionnaire from after the fieldwork": cell(
        "responses", "submitted_at", lambda moment: f"{int(moment[:4]) + 1}{moment[4:]}", "time_outside_fieldwork", "'", "one from "),
    "date of another country": cell(
        "responses", "submitted_at", lambda moment: f"{moment[8:10]}/{moment[5:7]}/{moment[:4]}", "time_malformed", "'", "date and time as in ISO 8601"),
    "day that does not exist": cell(
        "responses", "submitted_at", lambda moment: f"{moment[:5]}13-45{moment[10:]}", "time_impossible", "'", "a day of the calendar"),
    "no time of submission": cell(
        "responses", "submitted_at", lambda _: "", "value_missing", "an empty cell", "a value"),
    "unknown response channel": cell(
        "responses", "response_channel", lambda _: "pigeon", "code_unknown", "'pigeon'", "web or paper or phone"),
    "no response id": cell(
        "responses", "response_id", lambda _: "", "value_missing", "an empty cell", "a value"),
    "response id that occurs twice": repeated(
        "responses", "response_id", "response_repeated", is_secret=False),
    "respondent's number in scientific notation": number(
        "responses", "enterprise_number", scientific, "number_in_scientific_notation", "a number in scientific notation"),
    "respondent's number with dots": number(
        "responses", "enterprise_number", dotted, "number_with_separators", "a number with dots"),
    "respondent's number with wrong check digits (warning)": number(
        "responses", "enterprise_number", other_check_digit, "reported_number_wrong", "no enterprise number, or one whose check digits do not fit"),
    "invited number with wrong check digits": number(
        "responses", "invited_enterprise_number", other_check_digit, "check_digits_wrong", "a number whose check digits do not fit"),
    "questionnaire from before the fieldwork": cell(
        "responses", "submitted_at", lambda moment: f"{int(moment[:4]) - 1}{moment[4:]}", "time_outside_fieldwork", "'", "one from "),
    "question without any answer": unanswered_question,
}


def csv_file(file_kind, change, *parts):
    """A kind of an edition of its own: the text of one file is changed."""

    def spoil(project):
        path = project.add_edition() / f"{file_kind}.csv"
        path.write_bytes(change(path.read_bytes()))
        return [f"{path.parent.name}/{path.name}", *parts]

    return spoil


def on_line(line, change):
    """A change of one line (the header is line 1) of the bytes of a file."""

    def of_bytes(content):
        lines = content.split(b"\n")
        lines[line - 1] = change(lines[line - 1])
        return b"\n".join(lines)

    return of_bytes


def written_with(delimiter):
    """The same cells with another delimiter, and every value quoted."""

    def of_bytes(content):
        rows = csv.reader(io.StringIO(content.decode()))
        return to_csv(rows, delimiter=delimiter, quoting=csv.QUOTE_ALL)

    return of_bytes


def renamed(old, new):
    """A column has another name in the header."""
    return on_line(1, lambda line: line.replace(old.encode(), new.encode()))


def three_header_lines(content):
    """The questions below the names, and an id below each question, as Qualtrics exports."""
    header, rest = content.split(b"\n", 1)
    names = header.split(b",")
    questions = b",".join(b'"' + name + b' - In how far,\nif at all?"' for name in names)
    ids = b",".join(b'"{""ImportId"":""' + name + b'""}"' for name in names)
    return b"\n".join([header, questions, ids, rest])


def with_empty_rows(content):
    """Rows of nothing at the end, which a spreadsheet took for part of the table."""
    return content + EMPTY_ROWS * (b"," * content.split(b"\n")[0].count(b",") + b"\n")


def without_column(column):
    """The file without one of its columns, the fourth when none is named."""

    def of_bytes(content):
        rows = [line.split(b",") for line in content.splitlines()]
        place = rows[0].index(column) if column else len(rows[0]) - 1
        return b"\n".join(b",".join(row[:place] + row[place + 1 :]) for row in rows) + b"\n"

    return of_bytes


def missing_question(project):
    """A file without the column of a question."""
    column = next(iter(project.question_columns()))
    path = project.add_edition() / "responses.csv"
    path.write_bytes(without_column(column.encode())(path.read_bytes()))
    return [
        f"{path.parent.name}/{path.name}, line 1, column {column}: ", "found no such column",
        "expected one, as in seeds/reference/questions.csv", "[column_missing]",
    ]


def missing_file(project):
    """One of the two files is not there."""
    folder = project.add_edition()
    (folder / "responses.csv").unlink()
    return [f"{folder.name}: ", "found no file", "expected responses.csv or responses.parquet", "[file_missing]"]


def two_files_for_one(project):
    """CSV and Parquet side by side."""
    folder = project.add_edition()
    (folder / "sample.parquet").write_bytes(DAMAGED)
    return [f"{folder.name}/sample: ", "found sample.csv and sample.parquet", "expected one of them", "[file_ambiguous]"]


def folder_for_file(project):
    """A folder with the name of a file."""
    path = project.add_edition() / "sample.csv"
    path.unlink()
    path.mkdir()
    return [f"{path.parent.name}/sample.csv: ", "found Is a directory", "expected a file that can be opened", "[file_unreadable]"]


def damaged_parquet(project):
    """A Parquet file that is none."""
    folder = project.add_edition()
    (folder / "sample.csv").unlink()
    (folder / "sample.parquet").write_bytes(DAMAGED)
    return [f"{folder.name}/sample.parquet: ", "expected a Parquet file", "[file_unreadable]"]


def parquet(file_kind, change, *parts):
    """A kind of an edition of its own: one file is Parquet, with columns changed."""

    def spoil(project):
        folder = project.add_edition()
        path = folder / f"{file_kind}.csv"
        header, *rows = read_cells(path)
        table = pa.table(
            {name: [row[place] or None for row in rows] for place, name in enumerate(header)}
        )
        path.unlink()
        pq.write_table(change(table), path.with_suffix(".parquet"))
        return [f"{folder.name}/{file_kind}.parquet", *parts]

    return spoil


def with_column(table, name, values):
    """The table with another column of that name."""
    return table.set_column(table.schema.names.index(name), name, pa.array(values))


def half_a_letter(table):
    """The table with bytes in the place of an id, such as half of a pair of UTF-16."""
    ids = [text.encode() for text in table["response_id"].to_pylist()]
    values = pa.array([ids[0], b"\xed\xa0\xbd", *ids[2:]], pa.binary()).view(pa.string())
    return table.set_column(table.schema.names.index("response_id"), "response_id", values)


def edition_without_questions(project):
    """An edition that questions.csv does not know."""
    folder = project.add_edition()
    cells = read_cells(project.seed("questions"))
    place = cells[0].index("edition")
    write_cells(project.seed("questions"), [row for row in cells if row[place] != folder.name])
    return [f"seeds/reference/questions.csv, edition {folder.name}: ", "found no row", "[edition_without_questions]"]


def add_rows(project, name, *rows):
    """Append rows to a reference seed."""
    cells = read_cells(project.seed(name))
    write_cells(project.seed(name), cells + [[str(row.get(column, "")) for column in cells[0]] for row in rows])


def unknown_label(project):
    """A file as a survey tool exports it, with labels, one of which no row of a seed has."""
    path = project.add_edition() / "responses.csv"
    place = {"edition": project.added, "file_kind": "responses"}
    column, question = next(iter(project.question_columns().items()))
    labels = {code: f"Antwoord {code}" for code in question["answer_codes"].split("|")}
    cells = read_cells(path)
    at = cells[0].index(column)
    for row in cells[1:]:
        row[at] = labels.get(row[at], "")
    cells[0][at], cells[4][at] = "Q1 [NL]", "Misschien"
    path.write_bytes(to_csv(cells, delimiter=";"))
    add_rows(project, "raw_dialects", place | {"dialect": "csv"})
    add_rows(project, "raw_mappings", place | {
        "column_in_file": cells[0][at], "column_name": column, "label_set": "answers",
    })
    add_rows(project, "raw_labels", *(
        {"label_set": "answers", "label": label, "code": code} for code, label in labels.items()
    ))
    return [
        f"{path.parent.name}/responses.csv, line 5, column Q1 [NL]: ", "found 'Misschien'",
        "expected a label: 'Antwoord 1' or 'Antwoord 2'", "[label_unknown]",
    ]


def to_csv(cells, **dialect):
    """Cells as the bytes of a CSV file."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", **dialect).writerows(cells)
    return file.getvalue().encode()


def unknown_dialect(project):
    """A row for a tool that nobody knows how to read."""
    folder = project.add_edition()
    add_rows(project, "raw_dialects", {"edition": folder.name, "file_kind": "sample", "dialect": "abacus"})
    return [f"raw_dialects.csv, edition {folder.name}, sample: ", "found abacus", "expected csv or ", "[dialect_unknown]"]


FILES = {
    "file that is missing": missing_file,
    "CSV and Parquet of the same file": two_files_for_one,
    "folder with the name of a file": folder_for_file,
    "empty file": csv_file("responses", lambda _: b"", "found a file without a header", "[file_empty]"),
    "header without rows": csv_file(
        "sample", lambda content: content.split(b"\n")[0] + b"\n", "found a header alone", "[file_without_rows]"),
    "spreadsheet with the ending .csv": csv_file(
        "sample", lambda content: b"PK\x03\x04" + content, "found a ZIP file, such as a spreadsheet", "[file_binary]"),
    "file of zero bytes": csv_file(
        "sample", lambda content: b"\0" * 512, "found bytes that are no text", "[file_binary]"),
    "file in UTF-16": csv_file(
        "responses", lambda content: content.decode().encode("utf-16"), "found UTF-16", "expected UTF-8", "[encoding_wrong]"),
    "row in Latin-1": csv_file(
        "sample", on_line(5, lambda line: line.replace(b"Synth", b"Synth\xe9")), "line 5: ", "found byte 0xe9", "expected UTF-8", "[encoding_wrong]"),
    "semicolons": csv_file(
        "sample", lambda content: content.replace(b",", b";"), "found semicolons", "expected commas", "[delimiter_wrong]"),
    "tabs": csv_file(
        "responses", lambda content: content.replace(b",", b"\t"), "found tabs", "expected commas", "[delimiter_wrong]"),
    "semicolons, and every value in quotation marks": csv_file(
        "sample", written_with(";"), "found semicolons", "expected commas", "[delimiter_wrong]"),
    "tabs, and every value in quotation marks": csv_file(
        "responses", written_with("\t"), "found tabs", "expected commas", "[delimiter_wrong]"),
    "line that names the separator": csv_file(
        "responses", lambda content: b"sep=,\r\n" + content, "found sep=,", "the header is the first", "[separator_line]"),
    "second byte order mark": csv_file(
        "sample", lambda content: 2 * codecs.BOM_UTF8 + content, "found two byte order marks", "expected UTF-8 with at most one", "[encoding_wrong]"),
    "header lines of Qualtrics": csv_file(
        "responses", three_header_lines, "found three header lines, as Qualtrics exports them", "with the dialect qualtrics in seeds/reference/raw_dialects.csv", "[header_of_three_lines]"),
    "column name with a blank after it": csv_file(
        "sample", renamed("nace_code", "nace_code "), "line 1: ", "found column 2, in whose name is a blank", "U+0020", "[column_unknown]"),
    "column name with a no-break space": csv_file(
        "sample", renamed("nace_code", "nace_code\N{NO-BREAK SPACE}"), "line 1: ", "found column 2, in whose name", "U+00A0", "[column_unknown]"),
    "column name with a zero-width space": csv_file(
        "sample", renamed("nace_code", "\N{ZERO WIDTH SPACE}nace_code"), "line 1: ", "found column 2, in whose name", "U+200B", "[column_unknown]"),
    "column without a name": csv_file(
        "sample", lambda content: content.replace(b"\n", b",\n"), "line 1: ", "found column 13, which has no name", "[column_unknown]"),
    "rows of nothing at the end": csv_file(
        "responses", with_empty_rows, f"found nothing on {EMPTY_ROWS} lines, to line ", "expected a row, or the end of the file", "[row_empty]"),
    "no header": csv_file(
        "sample", lambda content: content.split(b"\n", 1)[1], "line 1: ", "found no column name that is known", "[header_missing]"),
    "fixed column that is missing": csv_file(
        "sample", without_column(b"delivery_status"), "line 1, column delivery_status: ", "found no such column", "raw_columns.csv", "[column_missing]"),
    "question that is missing": missing_question,
    "unknown column": csv_file(
        "responses",
        lambda content: content.replace(b"\n", b",unheard_of\n", 1).replace(b"\n", b",1\n").replace(b"unheard_of,1", b"unheard_of"),
        "line 1: ", "found column unheard_of", "expected a column of seeds/reference/questions.csv", "[column_unknown]"),
    "column name in capitals": csv_file(
        "sample", lambda content: content.replace(b"nace_code", b"NACE_code", 1), "line 1: ", "found column NACE_code", "[column_unknown]"),
    "column that occurs twice": csv_file(
        "sample", lambda content: content.replace(b"recontact_channel", b"delivery_status", 1), "line 1: ", "found column delivery_status 2 times", "[column_repeated]"),
    "row with a field too many": csv_file(
        "responses", on_line(7, lambda line: line + b",1"), "line 7: ", "fields; expected ", "as in the header", "[row_ragged]"),
    "row with a field too few": csv_file(
        "responses", on_line(9, lambda line: line.rsplit(b",", 1)[0]), "line 9: ", "fields; expected ", "as in the header", "[row_ragged]"),
    "comma within a name that nobody quoted": csv_file(
        "sample", on_line(4, lambda line: line.replace(b"Synthetisch ", b"Synthetisch, ")), "line 4: ", "found 13 fields; expected 12", "[row_ragged]"),
    "line with nothing on it": csv_file(
        "responses", on_line(3, lambda line: b"\n" + line), "line 3: ", "found nothing", "[row_empty]"),
    "quotation mark that is never closed": csv_file(
        "sample", on_line(6, lambda line: line.replace(b"Synthetisch", b'"Synthetisch')), "line 6: ", "expected a quotation mark at both ends", "[quotation_broken]"),
    "quotation marks that swallow rows": csv_file(
        "sample",
        lambda content: on_line(8, lambda line: line.replace(b",Synthetisch", b',"Synthetisch'))(
            on_line(11, lambda line: line.replace(b",contact", b'",contact'))(content)),
        "line 8: ", "found a value that goes on to line 11", "[row_over_lines]"),
    "copy that broke off within a row": csv_file(
        "responses", lambda content: content[: len(content) * 2 // 3 // 1000 * 1000 + 40], "[row_ragged]"),
    "last line that does not end (warning)": csv_file(
        "sample", lambda content: content.rstrip(b"\n"), "found no line break at the end of the file", "[last_line_unended]"),
    "Parquet file that is damaged": damaged_parquet,
    "Parquet with enterprise numbers as numbers": parquet(
        "sample",
        lambda table: with_column(table, "enterprise_number", [int(text[1:]) for text in table["enterprise_number"].to_pylist()]),
        "column enterprise_number: ", "found nine digits", "more like it"),
    "Parquet with a column of lists": parquet(
        "responses", lambda table: with_column(table, "response_channel", [["web"]] * table.num_rows),
        "found list", "[column_type_unusable]"),
    "Parquet with text that is no UTF-8": parquet(
        "responses", half_a_letter, "line 3: ", "found byte 0xed in column response_id", "[encoding_wrong]"),
    "edition without questions": edition_without_questions,
    "label of an export that no row of a seed has": unknown_label,
    "export of an unknown tool": unknown_dialect,
}


def population_missing(project):
    """A stratum that Tabel 1 leaves out."""
    cells = read_cells(project.seed("population"))
    stratum = dict(zip(cells[0], cells.pop(), strict=True))
    write_cells(project.seed("population"), cells)
    return [
        f"population.csv, edition {stratum['edition']}, stratum "
        f"{stratum['sector_code']}|{stratum['size_class_code']}, column population_count: ",
        "found none", "expected a number of enterprises", "[population_missing]",
    ]


def population_below_responses(project):
    """More usable responses than enterprises."""
    line, row = next(
        (line, row)
        for line, row in enumerate(reference("population", project.folder), start=2)
        if row["edition"] == project.edition
    )
    project.change_cell(project.seed("population"), "population_count", lambda _: "1", line)
    usable = next(
        other["usable_count"] for other in reference("expected_counts", project.folder)
        if all(other[name] == row[name] for name in ("edition", "sector_code", "size_class_code"))
    )
    return [
        f"stratum {row['sector_code']}|{row['size_class_code']}, column population_count: ",
        "found 1;", f"expected at least {usable}, the usable responses", "[population_below_responses]",
    ]


def sector_without_response(project):
    """Nobody of a sector answered."""
    prefixes = {row["nace_prefix"]: row["sector_code"] for row in reference("sector_nace", project.folder)}
    sector = reference("sectors", project.folder)[-1]["sector_code"]
    sample = read_cells(project.sample)
    place, nace = sample[0].index("enterprise_number"), sample[0].index("nace_code")
    gone = {
        row[place] for row in sample[1:]
        if prefixes[max(filter(row[nace].startswith, prefixes), key=len)] == sector
    }
    cells = read_cells(project.responses)
    place = cells[0].index("invited_enterprise_number")
    write_cells(project.responses, [row for row in cells if row[place] not in gone])
    return [f"edition {project.edition}, sector {sector}: ", "found no usable response", "[sector_without_response]"]


def respondent_not_sampled(project):
    """Somebody answered who was not invited: a warning."""
    line = project.line(project.responses)
    stranger = f"99999999{97 - 99_999_999 % 97:02d}"
    invited = project.change_cell(
        project.responses, "invited_enterprise_number", lambda _: stranger, line
    )
    project.secrets |= {invited, stranger}
    return [
        f"{project.responses.name}, line {line}, column invited_enterprise_number: ",
        "found an enterprise that is not in the sample", "[respondent_not_sampled]",
    ]


def fieldwork_reversed(project):
    """A fieldwork that ends before it begins."""
    cells = read_cells(project.seed("editions"))
    start, end = cells[0].index("fieldwork_start"), cells[0].index("fieldwork_end")
    row = cells[1]
    row[start], row[end] = row[end], row[start]
    write_cells(project.seed("editions"), cells)
    return ["editions.csv, edition ", "column fieldwork_start: Fieldwork dates missing or reversed", f"found {row[start]} to {row[end]}", "[fieldwork_undated]"]


def no_key_and_no_folder(project):
    """A real edition without the key of its pseudonyms."""
    project.change_cell(project.seed("editions"), "status", lambda _: "provisional")
    return ["environment variable BAROMETER_PSEUDONYM_KEY: ", "found none", "expected a secret key", "[pseudonym_key_missing]"]


def no_folder(project):
    """The same edition without the variable raw_path (spoilt by `no_key_and_no_folder`)."""
    return ["variable raw_path: ", "found no file", "expected the folder with the raw files", "[file_missing]"]


CROSS_FILE = {
    "stratum without a population": population_missing,
    "population below the usable responses": population_below_responses,
    "sector without a response": sector_without_response,
    "respondent who is not in the sample (warning)": respondent_not_sampled,
    "fieldwork that ends before it begins": fieldwork_reversed,
    "real edition without a key": no_key_and_no_folder,
    "real edition without raw_path": no_folder,
}


def population_in_words(project):
    """A population that is no number."""
    project.change_cell(project.seed("population"), "population_count", lambda _: "thousands")
    return ["population.csv, line 2, column population_count: ", "found 'thousands'", "expected a value of type integer"]


def seed_with_semicolons(project):
    """A reference seed that a spreadsheet saved."""
    path = project.seed("size_classes")
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    return ["size_classes.csv, line 1: ", "found column name", "names separated by commas"]


def ragged_seed(project):
    """A reference seed with a field too many."""
    path = project.seed("figure_titles")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] += ",x"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ["figure_titles.csv, line 3: ", "fields; expected ", "as in the header"]


def unknown_base_of_indicator(project):
    """An indicator over a base that nobody defined."""
    project.change_cell(project.seed("indicators"), "base_id", lambda _: "nobody")
    return [
        "seeds/reference/indicators.csv, column base_id: ", "found nobody",
        "expected a value of column base_id of seeds/reference/bases.csv",
    ]


def repeated_stratum(project):
    """A sector's code in two rows of its seed."""
    cells = read_cells(project.seed("sectors"))
    write_cells(project.seed("sectors"), cells + [cells[-1]])
    return ["sectors, edition ", "found 2 rows with ", "expected one"]


def misspelt_status(project):
    """A status that there is no word for."""
    project.change_cell(project.seed("editions"), "status", lambda _: "provisonal")
    return ["editions.csv, edition ", "column status: ", "found 'provisonal'", "expected one of "]


def misspelt_question(project):
    """An indicator of a question that nobody asks."""
    line = len(reference("indicators", project.folder)) + 1
    row = reference("indicators", project.folder)[-1]
    project.change_cell(project.seed("indicators"), "question_id", lambda name: f"{name}_s", line)
    return [
        f"indicators.csv, indicator {row['indicator_id']}, column question_id: ",
        f"found {row['question_id']}_s", "expected a question of questions.csv or",
    ]


def name_of_two_words(project):
    """A mart whose name could not be written in SQL."""
    project.change_cell(project.seed("report_tables"), "mart_name", lambda name: f"{name} x")
    return ["report_tables.csv, line 2, column mart_name: ", " x'; expected a name: "]


def gap_between_sizes(project):
    """An employee count that belongs to no size class, between two that have one."""
    rows = reference("size_classes", project.folder)
    line, row = next(
        (line, row) for line, row in enumerate(rows, start=2) if row["employee_count_max"]
    )
    project.change_cell(
        project.seed("size_classes"), "employee_count_max", lambda most: str(int(most) - 1), line
    )
    return [
        "size_classes.csv, edition ", "column employee_count_max: ",
        f"found {row['size_class_code']} up to {int(row['employee_count_max']) - 1} and ",
        "expected no gap",
    ]


def base_that_nobody_can_know(project):
    """A question is dropped that says who others are put to."""
    cells = read_cells(project.seed("questions"))
    place = {name: cells[0].index(name) for name in ("edition", "question_id", "base_id")}
    derived = {
        row["question_id"]: row["input_question_ids"].split("|")
        for row in reference("derived_questions", project.folder) if row["input_question_ids"]
    }
    base, question = next(
        (row["base_id"], question)
        for row in reference("bases", project.folder)
        for question in row["question_ids"].split("|")
        if question in derived
    )
    dropped = derived[question][0]
    write_cells(
        project.seed("questions"),
        [
            row for row in cells
            if [row[place["edition"]], row[place["question_id"]]] != [project.edition, dropped]
        ],
    )
    return [
        f"questions.csv, edition {project.edition}, block ", f", base {base}: ",
        f"found no question {question}", "expected it asked, or derived",
    ]


def derived_from_two_blocks(project):
    """A derived question of named inputs gets another one, of another block."""
    questions = [row for row in reference("questions", project.folder)
                 if row["edition"] == project.edition]
    block_of = {row["question_id"]: row["block_id"] for row in questions}
    line, row = next(
        (line, row)
        for line, row in enumerate(reference("derived_questions", project.folder), start=2)
        if row["operation"] == "pattern" and set(row["input_question_ids"].split("|")) <= set(block_of)
    )
    block = block_of[row["input_question_ids"].split("|")[0]]
    other = next(question for question in block_of if block_of[question] != block)
    project.change_cell(
        project.seed("derived_questions"), "input_question_ids", lambda names: f"{names}|{other}", line
    )
    return [
        f"derived_questions.csv, question {row['question_id']}, column input_question_ids: ",
        f"found questions of 2 blocks in edition {project.edition}", "expected questions of one block",
    ]


def largest_byte(project):
    """A code that means no answer."""
    line = len(reference("answer_codes", project.folder)) + 1
    row = reference("answer_codes", project.folder)[-1]
    project.change_cell(project.seed("answer_codes"), "answer_code", lambda _: "255", line)
    return [
        f"answer_codes.csv, question {row['question_id']}, column answer_code: ", "found 255",
        "expected 254 or less",
    ]


def column_of_every_row(project):
    """A question in a column that every raw row has already."""
    line = len(reference("questions", project.folder)) + 1
    project.change_cell(project.seed("questions"), "column_name", lambda _: "file_name", line)
    return [
        "questions.csv, edition ", "column column_name: ", "found file_name",
        "expected a name that no other column",
    ]


SEEDS = {
    "population in words": population_in_words,
    "reference seed with semicolons": seed_with_semicolons,
    "reference seed with a field too many": ragged_seed,
    "indicator over an unknown base": unknown_base_of_indicator,
    "code that occurs twice in a seed": repeated_stratum,
    "edition of an unknown status": misspelt_status,
    "indicator of an unknown question": misspelt_question,
    "name that is none": name_of_two_words,
}

CODE_LISTS = {
    "gap between two size classes": gap_between_sizes,
    "question dropped that a base rests on": base_that_nobody_can_know,
    "question derived from two blocks": derived_from_two_blocks,
    "code that means no answer": largest_byte,
    "question in a column that is taken": column_of_every_row,
}

# Kinds that one build finds together, and whether their raw files are under `raw_path`.
GROUPS = {
    "records": (RECORDS, False),
    "files": (FILES, True),
    "cross_file": (CROSS_FILE, False),
    "seeds": (SEEDS, False),
    "code_lists": (CODE_LISTS, False),
}


def spoilt(group: str, folder: Path) -> tuple[Project, dict[str, list[str]], str]:
    """Put every kind of a group into the files of a project.

    Returns:
        The project, what its messages must say by kind, and the variable `raw_path`.
    """
    kinds, is_outside = GROUPS[group]
    project = Project(folder)
    return project, {kind: spoil(project) for kind, spoil in kinds.items()}, "raw" * is_outside


def spoilt_build(group: str, built: Path, folder: Path):
    """Build a copy of a built project with every kind of a group in it.

    Returns:
        The project, what its messages must say by kind, and the run of dbt.
    """
    project, expected, raw_path = spoilt(group, copy_built(built, folder))
    arguments = ["--vars", f"{{raw_path: {raw_path}}}"] if raw_path else []
    return project, expected, run_dbt(folder, "build", *arguments)


def table_rows(expected: dict[str, list[str]], output: str, state: str) -> list[str]:
    """A line of a table in Markdown for each kind: the kind, what the user reads, the release."""
    return [
        "| " + " | ".join(
            cell.replace("|", "\\|")
            for cell in (kind, reported_line(output, parts) or f"NOT REPORTED: {parts}", state)
        ) + " |"
        for kind, parts in expected.items()
    ]


def reported_line(output: str, parts: list[str]) -> str | None:
    """The line of dbt's output that holds all parts, without its time, or None."""
    lines = (re.sub(r"^\d\d:\d\d:\d\d", "", line).strip() for line in output.splitlines())
    return next((line for line in lines if all(part in line for part in parts)), None)
