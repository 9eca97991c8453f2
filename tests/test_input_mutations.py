"""Two hundred mutations of valid raw files: every one is refused in words, or read as it is written.

The checks are those of the build: its functions and the SQL of its models, without dbt. What
they let pass is read again with the csv module alone, and judged by the seeds.
"""

import csv
import io
import json
import re
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from barometer.inputs.pseudonyms import KEY_CHARACTERS, KEY_VARIABLE, key_fingerprint
from barometer.release.release_manifest import TITLE
from barometer.release.release_state import KEY_FILE
from helpers import PROJECT, codes, read_cells, reference
from input_checks import InputChecks

EDITION = max(row["edition"] for row in reference("editions"))
MUTATIONS = 200

# Editions that are asked what this one is: one run of the checks judges a mutation of each.
COPIES = [str(year) for year in range(3001, 3021)]

NASTY = [
    "", " ", "0", "1", "2", "99", "-1", "1.0", "1,5", "01", "1e3", "1.23E+09", "NaN", "NULL",
    "#N/A", "yes", "ja", "é", "\N{SNOWMAN}", "\x00", "\x07", "\n", "\r", '"', "'", "a,b", "a;b",
    "BE0123456789", "0123.456.789", "123456789", "2019-02-30", "31/12/2019", "45083.5", "x" * 300,
    "flanders", "email", "delivered", "web", "01110", "62.010", "=1+1", "\u200b1", "\u00a01",
]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "cp037"]
DELIMITERS = [";", "\t", "|", " ", ":"]
LINE_ENDS = ["\r\n", "\r", "\n\n", "\n\r", ""]


def small_files() -> dict[str, list[list[str]]]:
    """Valid cells of a small sample and its responses: a few of each sector, each question answered."""
    folder = PROJECT / "seeds" / "raw"
    sample = read_cells(folder / f"raw_sample_{EDITION}.csv")
    responses = read_cells(folder / f"raw_responses_{EDITION}.csv")
    prefixes = {row["nace_prefix"]: row["sector_code"] for row in reference("sector_nace")}
    number, nace = sample[0].index("enterprise_number"), sample[0].index("nace_code")
    sectors = {
        row[number]: prefixes.get(max(filter(row[nace].startswith, prefixes), key=len, default=""))
        for row in sample[1:]
    }
    invited = responses[0].index("invited_enterprise_number")
    filled = responses[0].index("enterprise_number")
    fullest = sorted(responses[1:], key=lambda row: -sum(map(bool, row)))
    taken, kept = Counter(), []
    for row in fullest:
        sector = sectors[row[invited]]
        if row[invited] == row[filled] and taken[sector] < 3 and row[invited] not in {r[invited] for r in kept}:
            taken[sector] += 1
            kept.append(row)
    invited_numbers = {row[invited] for row in kept}
    others = [row for row in sample[1:] if row[number] not in invited_numbers][:20]
    return {
        "sample": [sample[0], *(row for row in sample[1:] if row[number] in invited_numbers), *others],
        "responses": [responses[0], *kept],
    }


VALID = small_files()
PERSONAL = {
    value
    for file_kind in VALID
    for row in VALID[file_kind][1:]
    for name, value in zip(VALID[file_kind][0], row, strict=True)
    if value and name in ("enterprise_number", "invited_enterprise_number", "contact_name", "contact_email")
}


def to_bytes(cells: list[list[str]], **dialect) -> bytes:
    """Cells as a CSV file."""
    file = io.StringIO()
    csv.writer(file, **{"lineterminator": "\n"} | dialect).writerows(cells)
    return file.getvalue().encode()


@st.composite
def mutations(draw):
    """A name, the file_kind whose file is changed, and its bytes then."""
    file_kind = draw(st.sampled_from(sorted(VALID)))
    cells = [list(row) for row in VALID[file_kind]]
    name = draw(st.sampled_from(sorted(MUTATORS)))
    return name, file_kind, MUTATORS[name](draw, cells)


def position(draw, items, first=0):
    """A place in a list."""
    return draw(st.integers(first, len(items) - 1))


def change_cell(draw, cells):
    """A cell, of the header too, holds something else."""
    row = cells[position(draw, cells)]
    row[position(draw, row)] = draw(st.sampled_from(NASTY) | st.text(max_size=12))
    return to_bytes(cells)


def move_cell(draw, cells):
    """A cell holds what is elsewhere in the file."""
    target, source = cells[position(draw, cells, 1)], cells[position(draw, cells, 1)]
    target[position(draw, target)] = source[position(draw, source)]
    return to_bytes(cells)


def drop_row(draw, cells):
    """A row is gone, perhaps the header."""
    del cells[position(draw, cells)]
    return to_bytes(cells)


def double_row(draw, cells):
    """A row is there twice, perhaps the header."""
    cells.insert(position(draw, cells), list(cells[position(draw, cells)]))
    return to_bytes(cells)


def swap_rows(draw, cells):
    """Two rows change places, perhaps with the header."""
    one, other = position(draw, cells), position(draw, cells)
    cells[one], cells[other] = cells[other], cells[one]
    return to_bytes(cells)


def widen_row(draw, cells):
    """A row has a field too many."""
    row = cells[position(draw, cells)]
    row.insert(position(draw, row), draw(st.sampled_from(NASTY)))
    return to_bytes(cells)


def narrow_row(draw, cells):
    """A row has a field too few."""
    row = cells[position(draw, cells)]
    del row[position(draw, row)]
    return to_bytes(cells)


def shift_row(draw, cells):
    """The values of a row move by one column."""
    row = cells[position(draw, cells)]
    row[:] = row[1:] + row[:1]
    return to_bytes(cells)


def drop_column(draw, cells):
    """A column is gone."""
    place = position(draw, cells[0])
    return to_bytes([row[:place] + row[place + 1 :] for row in cells])


def double_column(draw, cells):
    """A column is there twice."""
    place = position(draw, cells[0])
    return to_bytes([row[: place + 1] + row[place:] for row in cells])


def swap_columns(draw, cells):
    """Two columns change places with their names, or without."""
    one, other = position(draw, cells[0]), position(draw, cells[0])
    for row in cells[draw(st.sampled_from([0, 1])) :]:
        row[one], row[other] = row[other], row[one]
    return to_bytes(cells)


def rename_column(draw, cells):
    """A column has another name."""
    place = position(draw, cells[0])
    change = draw(st.sampled_from([str.upper, str.title, lambda name: name + " ", lambda name: name[:-1]]))
    cells[0][place] = change(cells[0][place])
    return to_bytes(cells)


def empty_column(draw, cells):
    """A column without a value."""
    place = position(draw, cells[0])
    for row in cells[1:]:
        row[place] = ""
    return to_bytes(cells)


def change_byte(draw, cells):
    """One byte is another."""
    content = bytearray(to_bytes(cells))
    content[position(draw, content)] = draw(st.integers(0, 255))
    return bytes(content)


def insert_bytes(draw, cells):
    """A few bytes too many."""
    content = to_bytes(cells)
    place = position(draw, content)
    return content[:place] + draw(st.binary(min_size=1, max_size=4)) + content[place:]


def drop_bytes(draw, cells):
    """A few bytes are gone."""
    content = to_bytes(cells)
    place = position(draw, content)
    return content[:place] + content[place + draw(st.integers(1, 30)) :]


def insert_quotation_marks(draw, cells):
    """One or two stray quotation marks."""
    content = to_bytes(cells)
    for _ in range(draw(st.integers(1, 2))):
        place = position(draw, content)
        content = content[:place] + b'"' + content[place:]
    return content


def break_off(draw, cells):
    """The copy ends early, perhaps at once."""
    content = to_bytes(cells)
    return content[: position(draw, content)]


def recode(draw, cells):
    """Another encoding, with a letter that shows it."""
    place = position(draw, cells[0])
    cells[1][place] += draw(st.sampled_from(["", "é"]))
    return to_bytes(cells).decode().encode(draw(st.sampled_from(ENCODINGS)))


def other_delimiter(draw, cells):
    """Something other than commas."""
    return to_bytes(cells, delimiter=draw(st.sampled_from(DELIMITERS)))


def other_line_ends(draw, cells):
    """Line ends of other systems, or none."""
    return to_bytes(cells, lineterminator=draw(st.sampled_from(LINE_ENDS)))


def quote_all(_draw, cells):
    """Quotation marks around every value: the same data."""
    return to_bytes(cells, quoting=csv.QUOTE_ALL)


MUTATORS = {
    function.__name__: function
    for function in (
        change_cell, move_cell, drop_row, double_row, swap_rows, widen_row, narrow_row, shift_row,
        drop_column, double_column, swap_columns, rename_column, empty_column, change_byte,
        insert_bytes, drop_bytes, insert_quotation_marks, break_off, recode, other_delimiter,
        other_line_ends, quote_all,
    )
}


@pytest.fixture(scope="module")
def checks():
    """The checks, with the reference seeds read once."""
    return InputChecks(EDITION)


@pytest.fixture(scope="module")
def checks_of_copies():
    """The checks of many editions with one questionnaire."""
    checks = InputChecks(*COPIES)
    checks.copy_edition(EDITION, COPIES)
    return checks


def write_raw(folder, edition, contents):
    """Write raw files of an edition with these bytes."""
    target = folder / edition
    target.mkdir(exist_ok=True)
    for file_kind, content in contents.items():
        (target / f"{file_kind}.csv").write_bytes(content)


def findings_of(checks, folder, contents):
    """Findings of raw files with these bytes."""
    write_raw(folder, EDITION, contents)
    return checks.check(folder)


def test_small_files_are_valid(checks, tmp_path):
    """What is mutated has no finding of its own."""
    findings = findings_of(checks, tmp_path, {name: to_bytes(cells) for name, cells in VALID.items()})
    assert not findings
    assert len(checks.rows("responses")) > 20


def test_a_key_that_is_no_secret_is_a_finding(tmp_path, monkeypatch):
    """Of a real edition alone, and the sentence has what was found and not the key."""
    contents = {name: to_bytes(cells) for name, cells in VALID.items()}
    monkeypatch.setenv(KEY_VARIABLE, "q" * KEY_CHARACTERS)
    checks = InputChecks(EDITION)
    assert not findings_of(checks, tmp_path, contents)
    checks.connection.execute("update editions set status = 'final'")
    checks.read_seeds()
    found = {row["rule_id"]: row["message"] for row in checks.check(tmp_path)}
    assert found["pseudonym_key_missing"].startswith(
        f"environment variable {KEY_VARIABLE}: No secret key: found a key that repeats 1 character, "
        f"fewer than {KEY_CHARACTERS}; expected a secret key, because an edition of status final"
    )
    assert "qq" not in found["pseudonym_key_missing"]


def test_a_key_other_than_the_last_one_is_a_finding(tmp_path, monkeypatch):
    """Of a real edition alone; the first key is taken as it is, and neither is in the sentence."""
    keys = ["correct horse battery staple", "correct horse battery stapel"]
    contents = {name: to_bytes(cells) for name, cells in VALID.items()}
    checks = InputChecks(EDITION)
    checks.release = tmp_path / "release"
    state = checks.release / "internal" / "state"
    state.mkdir(parents=True)
    manifest = {"title": TITLE, "duckdb_storage_version": "v"}
    (checks.release / "internal" / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv(KEY_VARIABLE, keys[0])
    (state / KEY_FILE).write_text(json.dumps({"fingerprint": key_fingerprint()}))

    def found(status, key):
        monkeypatch.setenv(KEY_VARIABLE, key)
        checks.connection.execute(f"update editions set status = '{status}'")
        checks.read_seeds()
        return {
            row["message"] for row in findings_of(checks, tmp_path, contents)
            if row["rule_id"] == "pseudonym_key_changed"
        }

    assert not found("synthetic", keys[1]) | found("final", keys[0]) | found("final", "")
    (sentence,) = found("final", keys[1])
    assert sentence.startswith(
        f"environment variable {KEY_VARIABLE}: Another secret key: found a key other than the one that "
        f"{checks.release} was made with; expected that one, from the password store, "
    )
    assert "move the release away and build all editions" in sentence
    assert not any(key in sentence for key in keys)
    (state / KEY_FILE).unlink()
    assert not found("final", keys[1])


@pytest.mark.slow
def test_mutations_are_refused_in_words_or_read_as_written(checks_of_copies, tmp_path):
    """Never an exception, never personal data in a message, never a value that is not in the file."""
    outcomes = Counter()

    @settings(
        max_examples=MUTATIONS // len(COPIES), derandomize=True, deadline=None, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(mutations(), min_size=len(COPIES), max_size=len(COPIES)))
    def mutate(batch):
        valid = {file_kind: to_bytes(cells) for file_kind, cells in VALID.items()}
        written = {
            edition: valid | {file_kind: content}
            for edition, (_, file_kind, content) in zip(COPIES, batch, strict=True)
        }
        for edition, contents in written.items():
            write_raw(tmp_path, edition, contents)
        findings = checks_of_copies.check(tmp_path)
        assert {str(finding["edition"]) for finding in findings} <= set(COPIES)
        rows = {file_kind: checks_of_copies.rows(file_kind) for file_kind in VALID}
        for edition, (name, _, _) in zip(COPIES, batch, strict=True):
            errors = 0
            for finding in (each for each in findings if str(each["edition"]) == edition):
                assert finding["message"] and finding["found"] and finding["expected"], (name, finding)
                assert "{" not in finding["message"], finding["message"]
                assert not [text for text in PERSONAL if text in finding["message"]], finding
                errors += finding["severity"] == "error"
            if not errors:
                for file_kind, content in written[edition].items():
                    assert_read_as_written(
                        [row for row in rows[file_kind] if str(row["edition"]) == edition],
                        file_kind, content,
                    )
            outcomes["refused" if errors else "read"] += 1

    mutate()
    assert outcomes["refused"] + outcomes["read"] >= MUTATIONS
    assert outcomes["refused"] > MUTATIONS / 2
    assert outcomes["read"] > 10


def assert_read_as_written(rows, file_kind, content):
    """The rows are those that the csv module alone reads, and every value is one that may be."""
    written = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    expected = columns_of(file_kind)
    assert len(rows) == len(written) > 0
    for row, cells in zip(rows, written, strict=True):
        assert None not in cells and None not in cells.values()
        for name, may_be in expected.items():
            assert (row[name] or "") == cells[name], (file_kind, name)
            assert may_be(cells[name]), (file_kind, name, cells[name])
    for key in {"sample": ["enterprise_number"], "responses": ["response_id"]}[file_kind]:
        assert len({row[key] for row in rows}) == len(rows)


def columns_of(file_kind):
    """What a value of each column may be, said without the rules."""
    edition = next(row for row in reference("editions") if row["edition"] == EDITION)

    def is_number(text):
        return bool(re.fullmatch(r"\d{10}", text)) and 97 - int(text[:8]) % 97 == int(text[8:])

    def is_in_fieldwork(text):
        day = datetime.fromisoformat(text).date().isoformat()
        return edition["fieldwork_start"] <= day <= edition["fieldwork_end"]

    kinds = {
        "enterprise_number": is_number,
        "reported_number": lambda text: True,
        "nace_code": re.compile(r"[0-9]{5}").fullmatch,
        "count": re.compile(r"[0-9]{1,7}").fullmatch,
        "time": is_in_fieldwork,
        "identifier": bool,
    }
    may_be = {}
    for row in reference("raw_columns"):
        # A column that a file may be without is in none of these.
        if row["file_kind"] == file_kind and row["is_read"] == "true" and row["may_be_absent"] != "true":
            allowed = codes(row["allowed_values"]) + ([] if row["is_required"] == "true" else [""])
            may_be[row["column_name"]] = kinds.get(row["value_kind"], allowed.__contains__)
    if file_kind == "responses":
        for row in reference("questions"):
            if row["edition"] == EDITION:
                may_be[row["column_name"]] = [*codes(row["answer_codes"]), ""].__contains__
    return may_be


def test_missing_file_is_reported(checks, tmp_path):
    """One file without the other is refused, and not completed from elsewhere."""
    content = to_bytes(VALID["sample"])
    findings = findings_of(checks, tmp_path, {"sample": content})
    assert {finding["rule_id"] for finding in findings} == {"file_missing"}
