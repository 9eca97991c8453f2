"""What an edition changes beside the one before, as its page says it in one language."""

from barometer.outputs.language.wording import Wording
from barometer.outputs.site.addresses import indicator_page
from barometer.outputs.site.contents import TOTAL, Contents, Labels
from barometer.outputs.site.names import Names

# How a question makes an indicator another one, in the order in which it is said.
DIFFERENCES = ("added", "dropped", "other_codes", "asked_of_others")


class EditionChanges:
    """The rows of `rpt_edition_changes` of one edition.

    Each item is a dict of text, base, none but of an indicator, and link, none where it has no page.
    An indicator without a page, such as a count, is left out.

    Attributes:
        pair: the edition, and the one that it is beside.

    Args:
        rows: of one edition, which has an earlier one.
        questions: labels of the questions, by id.
    """

    def __init__(
        self, rows: list[dict], questions: dict[str, Labels], contents: Contents, names: Names,
        wording: Wording,
    ):
        self.rows, self.questions = rows, questions
        self.pair = (rows[0]["edition"], rows[0]["previous_edition"])
        self.contents, self.names, self.wording = contents, names, wording
        labels = {}
        for indicator in contents.indicators.values():
            labels.setdefault(indicator.question_id, []).append(names.label(indicator.labels))
        # A question is called as its indicators are: its wording is a paragraph.
        self.called = {question: shared_name(several) for question, several in labels.items()}

    def of_kind(self, kind: str) -> list[dict]:
        """Rows of a kind whose item can be shown."""
        return [
            row for row in self.rows
            if row["kind"] == kind
            and (row["indicator_id"] is None or row["indicator_id"] in self.contents.indicators)
        ]

    def item(self, row: dict) -> dict:
        """What a row is about."""
        if row["indicator_id"]:
            indicator = self.contents.indicators[row["indicator_id"]]
            return {
                "text": self.names.label(indicator.labels),
                "base": self.names.base_label(row["base_id"]),
                "link": f"{indicator_page(indicator.id)}.html",
            }
        if row["domain"]:
            return {
                "text": self.names.place_label((row["domain"], row["category"])), "base": None,
                "link": self.names.place_link(row["domain"], row["category"], self.contents.statuses),
            }
        labels = self.questions.get(row["question_id"])
        return {
            "text": self.names.label(labels) if labels else row["question_id"], "base": None,
            "link": None,
        }

    def reclassified(self) -> list[dict]:
        """Enterprises in another sector of the other edition, or in none: of all first, then by sector."""
        return [
            self.item(row) | {"base": self.moved_share(row)}
            for row in sorted(
                self.of_kind("reclassified"),
                key=lambda row: (row["domain"] != TOTAL[0], row["coded_edition"], -row["moved_pct"]),
            )
        ]

    def moved_share(self, row: dict) -> str:
        """How many of the enterprises of a row are elsewhere, and where."""
        edition, previous = self.pair
        found = {
            "value": self.wording.percentage(row["moved_pct"]), "coded": row["coded_edition"],
            "other": previous if row["coded_edition"] == edition else edition,
        }
        if row["domain"] == TOTAL[0]:
            return self.wording.term("changed_population_moved", **found)
        other = row["other_category"]
        return self.wording.term(
            "changed_sector_moved", **found,
            sector=self.wording.term("changed_no_sector") if other == "none"
            else self.names.place_label((row["domain"], other)),
        )

    def uncompared(self) -> list[dict]:
        """Sectors that no change of the two editions has, with their part of the population."""
        return [
            self.item(row) | {
                "base": self.wording.term(
                    "changed_sector_left_out",
                    value=self.wording.percentage(row["moved_pct"]), coded=row["coded_edition"],
                )
            }
            for row in sorted(self.of_kind("uncompared"), key=lambda row: row["item_id"])
        ]

    def moved(self) -> list[dict]:
        """What moved most, of what can be compared: the item, with its `change`."""
        changes = self.contents.changes[self.pair]
        return [
            self.item(row) | {"change": changes[row["indicator_id"], row["base_id"], *TOTAL]}
            for row in sorted(self.of_kind("moved"), key=lambda row: row["rank"])
        ]

    def redefined(self) -> list[tuple[str, list[dict]]]:
        """Indicators that cannot be compared, by the sentence that says why; the most first."""
        by_item = {}
        for row in self.of_kind("redefined"):
            by_item.setdefault(row["item_id"], []).append(row)
        groups = {}
        for rows in by_item.values():
            groups.setdefault(self.reason(rows), []).append(self.item(rows[0]))
        return [
            (reason, sorted(items, key=lambda item: (item["text"], item["base"])))
            for reason, items in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        ]

    def reason(self, rows: list[dict]) -> str:
        """Why one indicator cannot be compared: its questions that differ, or what somebody judged."""
        parts = []
        for difference in DIFFERENCES:
            names = sorted(
                self.called.get(row["question_id"], row["question_id"]) for row in rows
                if row["difference"] == difference
            )
            if names:
                parts.append(self.wording.term(f"changed_{difference}", items=self.several(names)))
        return "; ".join(parts) or rows[0]["reason"] or self.wording.term("not_comparable")

    def several(self, names: list[str]) -> str:
        """The first three names, and how many more there are."""
        more = len(names) - 3
        first = ", ".join(names[:3])
        return self.wording.term("changed_and_more", items=first, count=more) if more > 0 else first

    def items(self, kind: str) -> list[dict]:
        """What begins, ends, is regrouped or is counted by nothing."""
        return sorted(
            (self.item(row) for row in self.of_kind(kind)),
            key=lambda item: (item["base"] is None, item["text"], item["base"] or ""),
        )


def shared_name(labels: list[str]) -> str:
    """The words that some labels begin with, or the first label where they begin otherwise."""
    words = [label.split() for label in labels]
    shared = []
    for several in zip(*words, strict=False):
        if len({word.rstrip(":,;") for word in several}) > 1:
            break
        shared.append(several[0])
    return " ".join(shared).rstrip(":,; ") or labels[0]
