"""What the cells of an export become: columns and codes of this project, as SQL.

The seeds `raw_mappings` and `raw_labels` say it. A text that they say nothing of becomes itself behind
UNKNOWN, which no code begins with: the rule `label_unknown` finds it.
"""

import re

from barometer.system.warehouse import sql_text

UNKNOWN = "?"

# What is between answers in one cell.
BETWEEN_ANSWERS = "[,;] ?"


class ExportColumns:
    """The columns that one file of an export fills, and what of the file they need.

    Args:
        file: a row of `raw_files` with a usable header.
        present: columns of this project to fill, whose column in the file is there.
        mappings: rows of the seed `raw_mappings`.
        labels: rows of the seed `raw_labels`.

    Attributes:
        wanted: names of the columns of the file to read.
        has_labels: those of them whose cells are read as labels.
    """

    def __init__(self, file: dict, present: list[str], mappings: list[dict], labels: list[dict]):
        rows = [row for row in mappings
                if (row["edition"], row["file_kind"]) == (file["edition"], file["file_kind"])]
        of_column = {row["column_name"]: row for row in rows}
        namesake = dict.fromkeys(("label_set", "choice"))
        self.filled = [of_column.get(name, {"column_name": name, "column_in_file": name} | namesake)
                       for name in present]
        self.choices = [row for row in rows if row["choice"]]
        needed = {row["column_in_file"] for row in self.filled + self.choices}
        self.wanted = [name for name in dict.fromkeys(file["column_names"]) if name in needed]
        self.has_labels = {row["column_in_file"] for row in self.filled + self.choices
                           if row["label_set"] or row["choice"]}
        self.labels = labels

    def query(self, rows: str, place: str) -> str:
        """SQL of the rows of this project.

        Args:
            rows: SQL of `rule_id`, `found`, `expected`, `line_number` and `cell_0`, `cell_1`, …: the
                columns `wanted`, in their order, null where a cell is empty.
            place: SQL of the columns that come before these.
        """
        cells = {name: f"cell_{at}" for at, name in enumerate(self.wanted)}
        values = [f'{self.value(row, cells)} as {row["column_name"]}' for row in self.filled]
        return f"select {', '.join([place, 'rule_id, found, expected', *values])} from ({rows})"

    def value(self, row: dict, cells: dict[str, str]) -> str:
        """SQL of a column of this project."""
        cell = cells[row["column_in_file"]]
        label = f"nullif(trim(regexp_replace({cell}, '[\\s\\p{{Z}}]+', ' ', 'g')), '')"
        if row["label_set"]:
            codes = " ".join(
                f"when '{sql_text(' '.join(each['label'].split()))}' then {code_text(each['code'])}"
                for each in self.labels if each["label_set"] == row["label_set"]
            )
            # As it is first: to make one blank of many takes longer than all else.
            return (
                f"case {cell} {codes} else case {label} {codes} else '{UNKNOWN}' || {label} end end"
                if codes else cell
            )
        if not row["choice"]:
            return cell
        known = {each["choice"] for each in self.choices if each["column_in_file"] == row["column_in_file"]}
        # The longest first: an answer may begin as another one does.
        answer = "|".join(re.escape(text) for text in sorted(known, key=len, reverse=True))
        answers, pattern = f"{label} || ','", sql_text(f"({answer}){BETWEEN_ANSWERS}")
        of_question = dict.fromkeys(
            cells[each["column_in_file"]] for each in self.choices
            if question_of(each) == question_of(row) and each["column_in_file"] in cells
        )
        return (
            f"case when not regexp_full_match({answers}, '({pattern})+') then '{UNKNOWN}' || {label} "
            f"when list_contains(regexp_extract_all({answers}, '{pattern}', 1), '{sql_text(row['choice'])}') "
            f"then '{sql_text(row['chosen_code'])}' "
            f"when coalesce({', '.join(of_question)}) is not null then '{sql_text(row['other_code'])}' end"
        )


def code_text(code: str | None) -> str:
    """A code as SQL; null for a label that is no answer."""
    return "null" if code is None else f"'{sql_text(code)}'"


def question_of(row: dict) -> str:
    """What the columns of a question with several answers have in common: its name, or else the one
    column in the file that has them all."""
    return row["choice_of"] or row["column_in_file"]
