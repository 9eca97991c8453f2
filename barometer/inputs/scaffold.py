"""The seed rows of a new edition, from the header and the codes of its raw responses.

What the latest earlier edition settles is taken over from it; what nobody but a person can
know is left open: a cell, or an item of a list, that begins with OPEN. Every seed refuses
those. Nothing but the folder asked for is written.
"""

import csv
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from barometer.inputs.seed_files import csv_fault
from barometer.method.questionnaire import split

OPEN = "?"

# What can be a code of an answer, as the input checks have it; more of them are no code list.
CODE = re.compile("[0-9]{1,3}")
MOST_CODES = 50

Rows = list[dict[str, str]]


def scaffold_edition(edition: int, raw_path: str, seeds: str, target: str) -> list[str]:
    """Write the seed rows of an edition, one file a seed, and say what is open.

    Args:
        edition: the new edition, not yet in the seed `editions`.
        raw_path: folder with `<edition>/responses.csv` or `.parquet`.
        seeds: folder of the reference seeds; only read.
        target: folder that receives `<seed>.csv` for each of `scaffold_rows`.

    Returns:
        Lines of text: what was written, taken over, and left open.

    Raises:
        ValueError: why there can be none, as a sentence.
    """
    file, codes, known = read_edition(edition, raw_path, seeds)
    rows = scaffold_rows(edition, codes, known)
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, seed_rows in rows.items():
        header = read_header(Path(seeds) / f"{seed}.csv")
        with (folder / f"{seed}.csv").open("w", encoding="utf-8", newline="") as output:
            writer = csv.DictWriter(output, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(seed_rows)
    return report(file, folder, rows, codes, latest_questions(edition, known))


def read_edition(
    edition: int, raw_path: str, seeds: str
) -> tuple[Path, dict[str, list[str]], dict[str, Rows]]:
    """The response file of an edition, the codes in its columns, and the rows of each seed.

    Raises:
        ValueError: a sentence on what is wrong with the raw file or the edition.
    """
    known = {path.stem: read_csv(path) for path in sorted(Path(seeds).glob("*.csv"))}
    if any(int(row["edition"]) == edition for row in known["editions"]):
        raise ValueError(
            f"{seeds}/editions.csv: found edition {edition}; expected one that is not there yet"
        )
    file = response_file(Path(raw_path) / str(edition))
    fixed = {row["column_name"] for row in known["raw_columns"] if row["file_kind"] == "responses"}
    questions = {name: values for name, values in read_raw(file).items() if name not in fixed}
    return file, codes_found(questions), known


def response_file(folder: Path) -> Path:
    """The one response file of an edition. ValueError where there is none, or two."""
    found = [path for path in (folder / "responses.csv", folder / "responses.parquet")
             if path.is_file()]
    if len(found) != 1:
        raise ValueError(
            f"{folder}: found {' and '.join(path.name for path in found) or 'no response file'}; "
            "expected either responses.csv or responses.parquet"
        )
    return found[0]


def read_raw(file: Path) -> dict[str, list[str | None]]:
    """Columns of a raw file as texts, None for an empty cell, in the order of the file."""
    if file.suffix == ".parquet":
        try:
            columns = pq.read_table(file).to_pydict()
        except (pa.ArrowException, UnicodeDecodeError) as fault:
            raise ValueError(f"{file}: found {fault}; expected a whole Parquet file, its text in UTF-8") from fault
        return {
            name: [None if value is None else str(value) for value in values]
            for name, values in columns.items()
        }
    fault = csv_fault(str(file))
    if fault:
        raise ValueError(fault)
    with file.open(encoding="utf-8-sig", newline="") as source:
        header, *lines = csv.reader(source, strict=True)
    return {name: [line[place] or None for line in lines] for place, name in enumerate(header)}


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
    labelled = {(row["question_id"], row["answer_code"]) for row in known["answer_codes"]}
    questions, answer_codes = [], []
    for column, found in codes.items():
        question = question_row(edition, column, found, matches.get(column), known)
        questions.append(question)
        answer_codes += [
            {
                "question_id": question["question_id"], "answer_code": code,
                "label_nl": OPEN, "label_en": OPEN,
            }
            for code in found
            if code != OPEN and (question["question_id"], code) not in labelled
        ]
    return {
        "editions": [
            dict.fromkeys(known["editions"][0], OPEN)
            | {
                column: value
                for column, value in {
                    "edition": str(edition), "status": "provisional", "revision": "0",
                    "publication_date": "", "note": "",
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


def in_force(rows: Rows, code: str, edition: int) -> list[str]:
    """Codes of a seed that are in force in an edition, in their order."""
    return [
        row[code]
        for row in sorted(rows, key=lambda row: int(row["sort_order"]))
        if int(row["first_edition"] or edition) <= edition <= int(row["last_edition"] or edition)
    ]


def open_cells(rows: Rows) -> int:
    """How many cells, or items of lists in cells, are open."""
    return sum(
        item.startswith(OPEN) for row in rows for value in row.values() for item in split(value)
    )


def report(
    file: Path, folder: Path, rows: dict[str, Rows], codes: dict[str, list[str]], latest: Rows
) -> list[str]:
    """What was written, and what a person has to settle, in lines."""
    matched = {row["question_id"] for row in rows["questions"]}
    lines = [f"{file}: {len(codes)} columns of questions"]
    for row in rows["questions"]:
        if row["question_id"].startswith(OPEN):
            lines.append(f"  {row['column_name']}: unknown, codes {row['answer_codes']}")
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
        f"{folder / f'{seed}.csv'}: {len(seed_rows)} rows, {open_cells(seed_rows)} open ({OPEN})"
        for seed, seed_rows in rows.items()
    ]
    return lines
