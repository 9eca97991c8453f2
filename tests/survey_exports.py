"""The responses of an edition as survey tools export them, with the rows of the seeds that read them.

What each tool does to a file is written here anew, from its manual, and not with the project's code.
"""

import csv
import io
import json
import random
from datetime import datetime
from pathlib import Path

import openpyxl
import pyreadstat
from pandas import DataFrame

from helpers import codes, read_rows, reference

DIALECTS = {"qualtrics": "csv", "limesurvey": "csv", "spss": "sav", "excel": "xlsx"}

# What a tool adds, and nobody needs; a text over two lines and with both kinds of quotation marks.
TYPED = "Zie \"punt 3\",\nen 'punt 4'; dank u"
QUALTRICS_OWN = {"StartDate": "2001-06-01 09:00:00", "Status": "IP Address", "Progress": "100", "Q99_TEXT": TYPED}
LIMESURVEY_OWN = {"id": "7", "lastpage": "5", "startlanguage": "nl", "seed": "1894672355"}
NONE_OF_THEM = "Geen van deze, of ik weet het niet"


class Exports:
    """One edition, to be written as each tool would write it.

    Attributes:
        rows: the answers in the plain form, of which the questions of one block, asked as one question
            with several answers, are all answered or none of them.
    """

    def __init__(self, folder: Path, year: int, rows: list[dict[str, str]]):
        self.folder, self.year, self.random = folder, year, random.Random(5)
        asked = {
            row["column_name"]: row
            for row in reference("questions", folder) if row["edition"] == str(year)
        }
        self.labels = {name: self.labels_of(row) for name, row in asked.items()}
        pairs = [row for row in asked.values() if len(codes(row["answer_codes"])) == 2]
        block = max(pairs, key=lambda row: sum(other["block_id"] == row["block_id"] for other in pairs))
        self.several = {
            row["column_name"]: row["question_nl"] for row in pairs if row["block_id"] == block["block_id"]
        }
        (self.chosen, self.other), = {tuple(codes(asked[name]["answer_codes"])) for name in self.several}
        self.rows = [row | self.whole(row) for row in rows]
        self.questions = {name: row["question_nl"] for name, row in asked.items()}

    def labels_of(self, question: dict[str, str]) -> dict[str, str]:
        """What each code of a question says."""
        said = {
            row["answer_code"]: row["label_nl"]
            for row in reference("answer_codes", self.folder)
            if row["question_id"] == question["question_id"]
        }
        return {code: said[code] for code in codes(question["answer_codes"])}

    def whole(self, row: dict[str, str]) -> dict[str, str]:
        """No answer to the question with several, where it is not whole."""
        is_whole = all(row[name] for name in self.several)
        return {} if is_whole else dict.fromkeys(self.several, "")

    def picked(self, row: dict[str, str]) -> list[str] | None:
        """Columns of the question with several answers that a response chose; None without an answer."""
        names = [name for name in self.several if row[name] == self.chosen]
        return names if row[next(iter(self.several))] else None

    def write(self, dialect: str, folder: Path) -> Path:
        """Write the responses as a tool does, and the rows of the seeds for it; the file."""
        self.mappings, self.sets = [], {}
        path = folder / f"responses.{DIALECTS[dialect]}"
        for old in folder.glob("responses.*"):
            old.unlink()
        getattr(self, f"write_{dialect}")(path)
        self.write_seeds(dialect)
        return path

    def write_plain(self, folder: Path) -> Path:
        """Write the responses in the plain form, without a row of the seeds."""
        for old in folder.glob("responses.*"):
            old.unlink()
        self.mappings, self.sets = [], {}
        self.write_seeds(None)
        path = folder / "responses.csv"
        path.write_text(written([list(self.rows[0]), *(row.values() for row in self.rows)]), encoding="utf-8")
        return path

    def write_seeds(self, dialect: str | None) -> None:
        """The seeds say what this file is, and nothing of another one."""
        place = {"edition": str(self.year), "file_kind": "responses"}
        rows = {
            "raw_dialects": [place | {"dialect": dialect}] if dialect else [],
            "raw_mappings": [place | row for row in self.mappings],
            "raw_labels": [
                {"label_set": name, "label": label, "code": code}
                for labels, name in self.sets.items() for label, code in labels
            ],
        }
        for seed, of_seed in rows.items():
            path = self.folder / "seeds" / "reference" / f"{seed}.csv"
            header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
            cells = [[row.get(name, "") for name in header] for row in of_seed]
            path.write_text(written([header, *cells]), encoding="utf-8")

    def fills(self, column_in_file: str, column_name: str = "", **others: str) -> None:
        """A row of raw_mappings."""
        self.mappings.append({"column_in_file": column_in_file, "column_name": column_name} | others)

    def label_set(self, labels: dict[str, str]) -> str:
        """The name of a set of labels by code, the same for the same ones."""
        return self.sets.setdefault(
            tuple((label, code) for code, label in labels.items()), f"labels_{len(self.sets) + 1}"
        )

    def write_qualtrics(self, path: Path) -> None:
        """Three header lines, the questions over several lines; labels, and several of them in one cell."""
        names = {
            "response_id": "ResponseId", "submitted_at": "EndDate", "response_channel": "DistributionChannel",
        }
        channels = {"web": "Anonieme link", "paper": "Papier", "phone": "Telefoon"}
        header, texts, rows = [], [], [[] for _ in self.rows]

        def column(name, text, values):
            header.append(name)
            texts.append(text)
            for row, value in zip(rows, values, strict=True):
                row.append(value)

        for name, value in QUALTRICS_OWN.items():
            column(name, name, [value] * len(rows))
            self.fills(name)
        for number, name in enumerate(self.rows[0], start=1):
            values = [row[name] for row in self.rows]
            if name in self.several:
                continue
            if name == "submitted_at":
                values = [value.replace("T", " ") for value in values]
            labels = self.labels.get(name) or (channels if name == "response_channel" else None)
            in_file = names.get(name, f"Q{number}")
            column(in_file, f"{self.questions.get(name, name)}\n<br>Kies een antwoord",
                   [labels.get(value, value) for value in values] if labels else values)
            self.fills(in_file, name, **{"label_set": self.label_set(labels)} if labels else {})
        column("Q100", "Welke van deze?", [
            "" if picked is None else ",".join(self.several[name] for name in picked) or NONE_OF_THEM
            for picked in map(self.picked, self.rows)
        ])
        for name, choice in self.several.items():
            self.fills("Q100", name, choice=choice, chosen_code=self.chosen, other_code=self.other)
        self.fills("Q100", choice=NONE_OF_THEM)
        ids = [json.dumps({"ImportId": f"QID{place}"}, separators=(",", ":")) for place, _ in enumerate(header)]
        path.write_text("\ufeff" + written([header, texts, ids, *rows]), encoding="utf-8")

    def write_limesurvey(self, path: Path) -> None:
        """Semicolons, everything quoted, codes such as A1; a column an answer of the question with several,
        and one column whose header has the question behind its code."""
        names = {"response_id": "token", "submitted_at": "submitdate", "response_channel": "G00Q01"}
        header, rows = list(LIMESURVEY_OWN), [list(LIMESURVEY_OWN.values()) for _ in self.rows]
        for name in LIMESURVEY_OWN:
            self.fills(name)
        for number, name in enumerate(self.rows[0], start=1):
            if name in self.several:
                continue
            labels = {code: f"A{code}" for code in self.labels.get(name, ())}
            in_file = names.get(name, f"G01Q{number:02}[SQ{number:03}]")
            if name == list(self.labels)[0]:
                in_file = f"G02Q01. {self.questions[name]}"
            header.append(in_file)
            self.fills(in_file, name, **{"label_set": self.label_set(labels)} if labels else {})
            for row, answers in zip(rows, self.rows, strict=True):
                value = answers[name].replace("T", " ") if name == "submitted_at" else answers[name]
                row.append(labels.get(value, value))
        for number, name in enumerate([*self.several, None], start=1):
            in_file = f"G05Q01[SQ{number:03}]"
            header.append(in_file)
            self.fills(in_file, name or "", choice="Y", choice_of="G05Q01",
                       **{"chosen_code": self.chosen, "other_code": self.other} if name else {})
            for row, answers in zip(rows, self.rows, strict=True):
                picked = self.picked(answers)
                row.append("Y" if picked is not None and (name in picked if name else not picked) else "")
        text = written([header, *rows], delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        path.write_bytes(("\ufeff" + text).encode())

    def write_spss(self, path: Path) -> None:
        """Numbers with value labels, other ones than the codes of the project; seconds for the time."""
        frame, value_labels = {}, {}
        for number, name in enumerate(self.rows[0], start=1):
            values, in_file = [row[name] for row in self.rows], f"V{number:03}"
            if name in self.labels:
                frame[in_file] = [float(value) * 10 if value else None for value in values]
                value_labels[in_file] = {int(code) * 10: label for code, label in self.labels[name].items()}
                self.fills(in_file, name, label_set=self.label_set(self.labels[name]))
            else:
                is_number, is_time = name.endswith("enterprise_number"), name == "submitted_at"
                frame[in_file] = [
                    (float(value) if is_number else datetime.fromisoformat(value) if is_time else value)
                    if value else None if is_number else ""
                    for value in values
                ]
                self.fills(in_file, name)
        pyreadstat.write_sav(DataFrame(frame), str(path), variable_value_labels=value_labels)

    def write_excel(self, path: Path) -> None:
        """The names of the project; numbers and times as a workbook has them."""
        book = openpyxl.Workbook()
        book.active.append(list(self.rows[0]))
        for row in self.rows:
            book.active.append([
                datetime.fromisoformat(value) if name == "submitted_at"
                else int(value) if value.isdigit() and not value.startswith("0") else value or None
                for name, value in row.items()
            ])
        book.create_sheet("Blad2")
        book.save(path)


def written(cells: list, **dialect) -> str:
    """Cells as CSV."""
    text = io.StringIO()
    csv.writer(text, **{"lineterminator": "\n"} | dialect).writerows(cells)
    return text.getvalue()
