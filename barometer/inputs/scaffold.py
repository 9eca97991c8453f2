"""The seed rows of a new edition, from the header and the codes of its raw responses.

What the latest earlier edition settles is taken over from it; what nobody but a person can
know is left open: a cell, or an item of a list, that begins with OPEN. Every seed refuses
those. What follows OPEN is a guess. Nothing but the folder asked for is written.
"""

import csv
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from barometer.inputs.export_scaffold import OPEN, guessed_dialect, read_export
from barometer.inputs.file_listing import locate
from barometer.inputs.input_files import Fault, header, raw_csv_records
from barometer.inputs.seed_files import header_fault
from barometer.method.questionnaire import split

# A word of a name, and how much alike two of them are that are the same one, written otherwise.
WORD = re.compile("[a-z]{4,}")
ALIKE = 0.8

# Columns that are numbered belong together: what comes before the number.
NUMBERED = re.compile("(.*[^0-9])[0-9]+")

# What can be a code of an answer, as the input checks have it; more of them are no code list.
CODE = re.compile("[0-9]{1,3}")
MOST_CODES = 50

Rows = list[dict[str, str]]


def scaffold_edition(edition: int, raw_path: str, seeds: str, target: str) -> list[str]:
    """Write the seed rows of an edition, one file a seed, and say what is open.

    Args:
        edition: the new edition, not yet in the seed `editions`.
        raw_path: folder with `<edition>/responses.csv` or `.parquet`, or with what a survey tool exported.
        seeds: folder of the reference seeds; only read.
        target: folder that receives `<seed>.csv` for each of `scaffold_rows`.

    Returns:
        Lines of text: what was written, taken over, and left open.

    Raises:
        ValueError: why there can be none, as a sentence.
    """
    known = {path.stem: read_csv(path) for path in sorted(Path(seeds).glob("*.csv"))}
    if any(int(row["edition"]) == edition for row in known["editions"]):
        raise ValueError(
            f"{seeds}/editions.csv: found edition {edition}; expected one that is not there yet"
        )
    fixed = [row["column_name"] for row in known["raw_columns"] if row["file_kind"] == "responses"]
    file, columns, said, of_export = read_raw(edition, raw_path, fixed, known)
    codes = codes_found({name: values for name, values in columns.items() if name not in fixed})
    rows = scaffold_rows(edition, codes, known) | of_export
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, seed_rows in rows.items():
        names = read_header(Path(seeds) / f"{seed}.csv")
        with (folder / f"{seed}.csv").open("w", encoding="utf-8", newline="") as output:
            writer = csv.DictWriter(output, names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(seed_rows)
    return [
        *said,
        *report(file, folder, rows, codes, latest_questions(edition, known)),
        f"next: settle what is open, append the rows to {seeds}/, and `barometer check {edition} "
        f"--raw-path {raw_path}`",
    ]


class RawFile(NamedTuple):
    """Where the responses of an edition are, and the columns of them as texts, None for an empty cell."""

    place: Path
    columns: dict[str, list[str | None]]
    said: list[str]
    """What a build will refuse of it, and is read here all the same, in sentences."""
    rows: dict[str, Rows]
    """Rows of the seeds that a build reads it by, where a survey tool exported it."""


def read_raw(edition: int, raw_path: str, fixed: list[str], known: dict[str, Rows]) -> RawFile:
    """The responses of an edition, found and read as a build does.

    A file with rows that cannot be read is a file all the same: its columns are known.

    Args:
        fixed: columns of the responses that are no questions.
        known: rows of each reference seed, by its name; `validation_rules` has the words.

    Raises:
        ValueError: a sentence on why its columns cannot be known.
    """
    rules = known["validation_rules"]
    # Only a synthetic edition is read from elsewhere.
    paths, fault = locate(edition, "provisional", "responses", raw_path, "", {})
    place = paths[0] if len(paths) == 1 else paths[0].parent
    wrong = fault if fault.rule_id or place.suffix != ".csv" else header(place)[2]
    exported = guessed_dialect(Path(raw_path, str(edition)), wrong)
    if exported:
        path, dialect = exported
        export = read_export(edition, path, dialect, fixed, latest_questions(edition, known), known)
        if isinstance(export, Fault):
            raise ValueError(in_words(path, export, rules))
        said = [f"{path}: read as {dialect}"] + left_out(path, export.line_count)
        return RawFile(path, export.columns, said, export.rows)
    if fault.rule_id:
        raise ValueError(in_words(place, fault, rules))
    columns, said = {}, []
    for path in paths:
        names, _, fault = header(path)
        if fault.rule_id:
            raise ValueError(in_words(path, fault, rules))
        wrong = header_fault(names)
        if wrong:
            raise ValueError(f"{path}, line 1: {wrong}")
        if path.suffix == ".parquet":
            columns = {name: columns.get(name, []) for name in names}
            for name, values in parquet_columns(path).items():
                columns[name] += values
            continue
        records = list(raw_csv_records(path, len(names)))
        sound = [cells for _, cells, fault in records if cells is not None]
        said += left_out(path, len(records) - len(sound))
        columns = {name: [cells[at] or None for cells in sound] for at, name in enumerate(names)}
    return RawFile(place, columns, said, {})


def left_out(path: Path, count: int) -> list[str]:
    """A sentence on rows that cannot be read, where there are some."""
    return [
        f"{path}: lines that cannot be read and were left out: {count}; `barometer check` says which"
    ] * bool(count)


def in_words(place: Path, fault: Fault, rules: Rows) -> str:
    """A fault as the input checks say it."""
    (rule,) = [row for row in rules if row["rule_id"] == fault.rule_id]
    found = rule["found"].replace("{found}", fault.found or "") or fault.found
    return (
        f"{place}: {rule['message']}: found {found}; expected "
        f"{rule['expected'].replace('{expected}', fault.expected or '')}"
    )


def parquet_columns(file: Path) -> dict[str, list[str | None]]:
    """Columns of a Parquet file as texts."""
    try:
        columns = pq.read_table(file).to_pydict()
    except (pa.ArrowException, UnicodeDecodeError) as fault:
        raise ValueError(
            f"{file}: found {fault}; expected a whole Parquet file, its text in UTF-8"
        ) from fault
    return {
        name: [None if value is None else str(value) or None for value in values]
        for name, values in columns.items()
    }


def read_csv(path: Path) -> Rows:
    """Rows of a seed by column name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_header(path: Path) -> list[str]:
    """Column names of a seed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def codes_found(columns: dict[str, list[str | None]]) -> dict[str, list[str]]:
    """Distinct codes of each question's column, ascending; OPEN last for anything else.

    What is no code is never returned: it may be a number of somebody, or free text on them.
    """
    found = {}
    for name, values in columns.items():
        distinct = {value for value in values if value is not None}
        codes = sorted({int(value) for value in distinct if CODE.fullmatch(value)})
        is_list = len(codes) <= MOST_CODES
        found[name] = [str(code) for code in codes] if is_list else []
        if not is_list or any(not CODE.fullmatch(value) for value in distinct):
            found[name].append(OPEN)
    return found


def latest_version(editions: Rows) -> str:
    """The version of NACE of the latest edition, to be looked at; open where there is none."""
    latest = max(editions, key=lambda row: int(row["edition"]), default={})
    return OPEN + latest.get("nace_version", "")


def latest_questions(edition: int, known: dict[str, Rows]) -> Rows:
    """Questions of the latest edition before this one."""
    earlier = [int(row["edition"]) for row in known["questions"] if int(row["edition"]) < edition]
    return [row for row in known["questions"] if earlier and int(row["edition"]) == max(earlier)]


def scaffold_rows(
    edition: int, codes: dict[str, list[str]], known: dict[str, Rows]
) -> dict[str, Rows]:
    """Rows to append by seed: `editions`, `population`, `questions` and `answer_codes`.

    Args:
        codes: as `codes_found` returns them.
        known: rows of each reference seed, by its name.
    """
    latest = latest_questions(edition, known)
    matches = {row["column_name"]: row for row in latest}
    matches |= {row["question_id"]: row for row in latest if row["question_id"] not in matches}
    matched = {column: matches[column] for column in codes if column in matches}
    guesses = guessed_questions(
        {column: found for column, found in codes.items() if column not in matches},
        [row for row in latest if row not in matched.values()],
    )
    labels = {(row["question_id"], row["answer_code"]): row for row in known["answer_codes"]}
    questions, answer_codes = [], []
    for column, found in codes.items():
        guess, siblings = guesses.get(column), []
        if column in matched or guess:
            question = question_row(edition, column, found, matched.get(column) or guess, known)
        else:
            siblings = numbered_alike(column, found, matched)
            question = question_row(edition, column, found, None, known) | {
                name: OPEN + value
                for name in ("block_id", "base_id")
                for value in {row[name] for row in siblings}
            }
        name = question["question_id"]
        if guess:
            question["question_id"] = OPEN + name
        questions.append(question)
        answer_codes += [
            {"question_id": question["question_id"], "answer_code": code}
            | {
                label: OPEN + shared_label(label, code, siblings, labels)
                for label in ("label_nl", "label_en")
            }
            for code in found
            if code != OPEN and (name, code) not in labels
        ]
    return {
        "editions": [
            dict.fromkeys(known["editions"][0], OPEN)
            | {
                column: value
                for column, value in {
                    "edition": str(edition), "status": "provisional", "revision": "0",
                    "publication_date": "", "note": "", "previous_nace_version": "",
                    "nace_version": latest_version(known["editions"]),
                }.items()
                if column in known["editions"][0]
            }
        ],
        "population": [
            {
                "edition": str(edition), "sector_code": sector, "size_class_code": size,
                "population_count": OPEN, "is_assumed": "false",
            }
            for sector in in_force(known["sectors"], "sector_code", edition)
            for size in in_force(known["size_classes"], "size_class_code", edition)
        ],
        "questions": questions,
        "answer_codes": answer_codes,
    }


def question_row(
    edition: int, column: str, found: list[str], match: dict | None, known: dict[str, Rows]
) -> dict[str, str]:
    """A row of `questions` for a raw column: that of its match, or open; new codes are open.

    The open name of a question ends with its column, so that it can be replaced everywhere.
    """
    if match is None:
        row = dict.fromkeys(known["questions"][0], OPEN) | {
            "question_id": OPEN + column, "answer_codes": "|".join(found) or OPEN,
        }
    else:
        expected = split(match["answer_codes"])
        is_new = [code for code in found if code not in expected]
        row = match | {"answer_codes": "|".join([*expected, *([OPEN] if is_new else [])])}
    return row | {"edition": str(edition), "column_name": column}


def guessed_questions(columns: dict[str, list[str]], without_column: Rows) -> dict[str, dict[str, str]]:
    """The question that each unknown column may be, under another name.

    It has the codes of the column, or the column those of it, and most words in common with its name;
    no other question has as many, and no other column is taken for the same.

    Args:
        columns: codes of each unknown column, as `codes_found` returns them.
        without_column: questions of the latest edition that no column was found for.
    """
    guesses = {}
    for column, found in columns.items():
        codes = set(found) - {OPEN}
        scores = {}
        for row in without_column:
            expected = set(split(row["answer_codes"]))
            if codes and (codes <= expected or expected <= codes):
                names = {row["question_id"], row["column_name"]}
                scores[row["question_id"]] = max(words_in_common(column, name) for name in names)
        best = max(scores.values(), default=0)
        likely = [row for row in without_column if best and scores.get(row["question_id"]) == best]
        if len(likely) == 1:
            guesses[column] = likely[0]
    taken = [row["question_id"] for row in guesses.values()]
    return {column: row for column, row in guesses.items() if taken.count(row["question_id"]) == 1}


def words_in_common(one: str, other: str) -> int:
    """How many words of a name have one much alike in another."""
    return sum(
        any(SequenceMatcher(None, word, another).ratio() >= ALIKE for another in WORD.findall(other))
        for word in WORD.findall(one)
    )


def numbered_alike(column: str, found: list[str], matched: dict[str, dict[str, str]]) -> Rows:
    """Questions whose columns differ from this one in their number alone, and that have its codes;
    none where they are not all of one block and base."""
    stem = NUMBERED.fullmatch(column)
    alike = [
        row for name, row in matched.items()
        if stem and (other := NUMBERED.fullmatch(name)) and other[1] == stem[1]
        and set(found) <= set(split(row["answer_codes"]))
    ]
    return alike if len({(row["block_id"], row["base_id"]) for row in alike}) == 1 else []


def shared_label(label: str, code: str, siblings: Rows, labels: dict[tuple[str, str], dict]) -> str:
    """What a code says of all of some questions; nothing where it says more than one thing."""
    said = {labels.get((row["question_id"], code), {}).get(label, "") for row in siblings}
    return said.pop() if len(said) == 1 else ""


def in_force(rows: Rows, code: str, edition: int) -> list[str]:
    """Codes of a seed that are in force in an edition, in their order."""
    return [
        row[code]
        for row in sorted(rows, key=lambda row: int(row["sort_order"]))
        if int(row["first_edition"] or edition) <= edition <= int(row["last_edition"] or edition)
    ]


def open_rows(rows: Rows) -> int:
    """How many rows have a cell, or an item of a list in one, that is open."""
    return sum(
        any(item.startswith(OPEN) for value in row.values() for item in split(value)) for row in rows
    )


def report(
    file: Path, folder: Path, rows: dict[str, Rows], codes: dict[str, list[str]], latest: Rows
) -> list[str]:
    """What was written, and what a person has to settle, in lines."""
    matched = {row["question_id"].removeprefix(OPEN) for row in rows["questions"]}
    lines = [f"{file}: {len(codes)} columns of questions"]
    for row in rows["questions"]:
        if row["question_id"] == OPEN + row["column_name"]:
            guess = row["block_id"].removeprefix(OPEN)
            lines.append(
                f"  {row['column_name']}: unknown, codes {row['answer_codes']}"
                + (f"; looks like another question of the block {guess}, a guess" if guess else "")
            )
        elif row["question_id"].startswith(OPEN):
            lines.append(
                f"  {row['column_name']}: unknown; looks like {row['question_id'].removeprefix(OPEN)}, a "
                "guess by its name and codes: delete the ? where it is right"
            )
        elif OPEN in split(row["answer_codes"]):
            found = [code for code in codes[row["column_name"]]
                     if code not in split(row["answer_codes"]) or code == OPEN]
            named = [code if code != OPEN else "something that is no code"
                     for code in found]
            lines.append(f"  {row['column_name']}: {row['question_id']}, found also "
                         f"{', '.join(named)}")
    lines += [
        f"  {row['question_id']}: asked in {row['edition']} as {row['column_name']}, no column now"
        for row in latest
        if row["question_id"] not in matched
    ]
    lines += [
        f"{folder / f'{seed}.csv'}: {len(seed_rows)} rows, {open_rows(seed_rows)} of them open ({OPEN})"
        for seed, seed_rows in rows.items()
    ]
    return lines
