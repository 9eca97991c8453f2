"""The seed rows that read an export of a survey tool: its dialect, columns and labels, as far as they show.

What nobody but a person can know is left open, as in barometer.inputs.scaffold. A text of a cell is
shown only where many cells have it: what one has may be on somebody.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from barometer.inputs.export_files import (
    DIALECTS,
    Layout,
    csv_layout,
    export_rows,
    layout,
    sav_read,
    shown,
)
from barometer.inputs.input_files import Fault

OPEN = "?"

Rows = list[dict[str, str]]

# What tools add to a file of their own: the column of this project that it may fill, or none.
OWN_COLUMNS = {
    "qualtrics": {
        "responseid": "response_id", "recordeddate": "submitted_at",
    } | dict.fromkeys((
        "startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished",
        "recipientlastname", "recipientfirstname", "recipientemail", "externalreference", "externaldatareference",
        "locationlatitude", "locationlongitude", "distributionchannel", "userlanguage",
    )),
    "limesurvey": {
        "id": "response_id", "submitdate": "submitted_at",
    } | dict.fromkeys((
        "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr", "refurl",
        "interviewtime",
    )),
}

# The column of an answer to a question with several: `Q5[SQ001]` is of Q5.
ANSWER_OF = re.compile(r"(.+)\[[^\]]+\].*")

# How LimeSurvey writes an answer that was chosen, as a code.
CHOSEN = "Y"

CODE = re.compile("[0-9]{1,3}")

# A text that so many cells have is no answer of one person; more texts than that are no list.
LEAST_CELLS, MOST_LABELS, LONGEST_LABEL = 3, 50, 200

# The names, the questions and the ids of Qualtrics.
QUALTRICS_RECORDS = 3

# So many names of LimeSurvey's own make a file one of its files.
NAMES_OF_DIALECT = 2

# What is shorter may be in any text.
SHORTEST_WORDING = 12


class Export(NamedTuple):
    """What is known of an export.

    Attributes:
        columns: texts by column of this project, codes where labels are known; None for an empty cell.
        rows: rows of the seeds `raw_dialects`, `raw_mappings` and `raw_labels`.
        line_count: rows that cannot be read.
    """

    columns: dict[str, list[str | None]]
    rows: dict[str, Rows]
    line_count: int


def guessed_dialect(folder: Path, fault: Fault) -> tuple[Path, str] | None:
    """The responses of an edition and what wrote them; None where they are in the plain form.

    Args:
        folder: the folder of the edition.
        fault: what is wrong with the file as one in the plain form.
    """
    for suffix, dialect in ((".sav", "spss"), (".xlsx", "excel")):
        path = folder / f"responses{suffix}"
        if fault.rule_id == "file_missing" and path.exists():
            above = layout(path, "qualtrics") if suffix == ".xlsx" else None
            is_qualtrics = isinstance(above, Layout) and above.record_count == QUALTRICS_RECORDS
            return path, "qualtrics" if is_qualtrics else dialect
    path = folder / "responses.csv"
    if fault.rule_id == "header_of_three_lines":
        return path, "qualtrics"
    if fault.rule_id not in (None, "delimiter_wrong") or not path.is_file():
        return None
    above = csv_layout(path, DIALECTS["limesurvey"])
    if isinstance(above, Layout):
        own = {name.casefold() for name in above.names} & set(OWN_COLUMNS["limesurvey"])
        if len(own) >= NAMES_OF_DIALECT or any(map(ANSWER_OF.fullmatch, above.names)):
            return path, "limesurvey"
    return (path, "csv") if fault.rule_id else None


def read_export(
    edition: int, path: Path, dialect: str, fixed: list[str], latest: Rows, known: dict[str, Rows]
) -> Export | Fault:
    """The columns of an export, and the rows of the seeds that read it, or why there are none.

    Args:
        fixed: columns of every edition's responses.
        latest: questions of the latest edition.
        known: rows of each reference seed, by its name.
    """
    above = layout(path, dialect)
    if isinstance(above, Fault):
        return above
    names = list(dict.fromkeys(above.names))
    texts = dict(zip(above.names, above.texts or above.names, strict=False))
    has_labels = set()
    if path.suffix == ".sav":
        _, about = sav_read(path, metadataonly=True)
        has_labels = set(about.variable_value_labels)
    table = export_rows({"file_name": str(path), "dialect": dialect}, names, has_labels)
    is_sound = [rule is None for rule in table["rule_id"].to_pylist()]
    cells = {
        name: [value and (shown(value) if name in has_labels or "\n" in value else value)
               for value, sound in zip(table[f"cell_{at}"].to_pylist(), is_sound, strict=True) if sound]
        for at, name in enumerate(names)
    }
    guess = Guess(edition, dialect, fixed, latest, known)
    for name in names:
        guess.look_at(name, texts.get(name, ""), cells[name])
    place = {"edition": str(edition), "file_kind": "responses"}
    rows = {
        "raw_dialects": [place | {"dialect": dialect}],
        "raw_mappings": [place | row for row in guess.mappings],
        "raw_labels": [
            {"label_set": name, "label": label, "code": code}
            for labels, name in guess.sets.items() if name not in guess.sets_known
            for label, code in labels
        ],
    }
    return Export(guess.columns, rows, is_sound.count(False))


class Guess:
    """What the columns of an export are, one after the other."""

    def __init__(self, edition: int, dialect: str, fixed: list[str], latest: Rows, known: dict[str, Rows]):
        self.edition, self.fixed, self.known = edition, fixed, known
        self.own = OWN_COLUMNS.get(dialect, {})
        self.by_name = {row[key]: row for key in ("question_id", "column_name") for row in latest}
        self.by_text = {
            worded(row[text]): row for text in ("question_en", "question_nl") for row in latest if row.get(text)
        }
        self.columns: dict[str, list[str | None]] = {}
        self.mappings: Rows = []
        of_set: dict[str, list] = {}
        for row in known.get("raw_labels", []):
            of_set.setdefault(row["label_set"], []).append((row["label"], row["code"]))
        self.sets = {tuple(sorted(labels)): name for name, labels in of_set.items()}
        self.sets_known = set(of_set)

    def look_at(self, name: str, text: str, values: list[str | None]) -> None:
        """One column of the file: what it is called, what the file says of it, and its cells."""
        if name in self.fixed:
            self.columns[name] = values
            return
        if name.casefold() in self.own:
            column = self.own[name.casefold()]
            self.mappings.append({"column_in_file": name, "column_name": column and OPEN + column or ""})
            return
        asked = self.asked(text)
        question = self.by_name.get(name) or asked
        column = name if name in self.by_name else asked["column_name"] if asked else slug(name)
        counts = Counter(value for value in values if value)
        several = ANSWER_OF.fullmatch(name)
        if several and set(counts) == {CHOSEN}:
            self.several(name, column, CHOSEN, several[1], question)
            return
        answers = answers_of(counts)
        if answers:
            for at, answer in enumerate(answers, start=1):
                known = self.by_text.get(worded(answer))
                self.several(name, known["column_name"] if known else f"{column}_{at}", answer, "", known)
            return
        labels = labels_of(counts)
        codes = {label: self.code(question, label) for label in labels}
        mapping = {"column_in_file": name, "column_name": column}
        if labels:
            listed = tuple(sorted(codes.items()))
            mapping["label_set"] = self.sets.setdefault(listed, f"{column}_{self.edition}")
        self.columns[column] = [codes.get(value, value) for value in values]
        if labels or name != column:
            self.mappings.append(mapping)

    def asked(self, text: str) -> dict[str, str] | None:
        """The question whose wording is in a text: the longest, as one may have another one in it."""
        found = [known for known in self.by_text if known in worded(text) and len(known) >= SHORTEST_WORDING]
        return self.by_text[max(found, key=len)] if found else None

    def several(self, name: str, column: str, answer: str, question: str, known: dict | None) -> None:
        """An answer of a question with several."""
        self.columns[column] = []
        codes = known["answer_codes"].split("|") if known else []
        chosen, other = codes if len(codes) == len(("chosen", "other")) else (OPEN, OPEN)
        self.mappings.append({
            "column_in_file": name, "choice": answer, "column_name": column, "choice_of": question,
            "chosen_code": OPEN + chosen.lstrip(OPEN), "other_code": OPEN + other.lstrip(OPEN),
        })

    def code(self, question: dict | None, label: str) -> str:
        """The code of a question that says what a label says, or an open one."""
        found = {
            row["answer_code"]
            for row in self.known["answer_codes"]
            if question and row["question_id"] == question["question_id"]
            and worded(label) in (worded(row["label_nl"]), worded(row["label_en"]))
        }
        return found.pop() if len(found) == 1 else OPEN


def labels_of(counts: Counter) -> list[str]:
    """Texts of a column that are chosen from a list; none where its cells hold codes, or what is typed."""
    texts = [text for text in counts if not CODE.fullmatch(text)]
    often = [text for text in texts if counts[text] >= LEAST_CELLS and len(text) <= LONGEST_LABEL]
    return sorted(often) if texts and len(texts) <= MOST_LABELS and len(often) * 2 > len(texts) else []


def answers_of(counts: Counter) -> list[str]:
    """Answers of a column that holds several in a cell; none where it holds one."""
    parts = Counter()
    for text, count in counts.items():
        for part in text.split(","):
            parts[part] += count
    is_list = (
        1 < len(parts) < len(counts) and len(parts) <= MOST_LABELS
        and min(parts.values()) >= LEAST_CELLS and not any(part.startswith(" ") for part in parts)
    )
    return sorted(parts) if is_list else []


def worded(text: str) -> str:
    """A wording without what a tool puts around it: tags, blanks, capitals."""
    return shown(re.sub("<[^>]*>", " ", text)).casefold()


def slug(name: str) -> str:
    """A name of this project for a column that is called otherwise in a file."""
    found = re.sub("[^a-z0-9]+", "_", name.casefold()).strip("_")
    return found if re.match("[a-z]", found) else f"q_{found}"
