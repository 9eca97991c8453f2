"""What the report says in words, and what an edition's numbers say of it, as pages show it."""

from itertools import groupby

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Exhibit
from barometer.outputs.site.addresses import exhibit_page
from barometer.outputs.site.charts import Numbers
from barometer.outputs.site.contents import Contents

VERDICTS = ("supported", "within_noise", "contradicted", "not_measured")


class Findings:
    """The claims of one edition in one language.

    Each claim is a dict of text, verdict, section, place, found, what the comparison that decides
    found, and link, none where the site does not have its place.

    Args:
        claims: rows of `rpt_claims` of one edition, sorted by `sort_order`.
        contents: its figures and tables are linked.
    """

    def __init__(self, claims: list[dict], contents: Contents, numbers: Numbers, wording: Wording):
        pages = {
            (exhibit.edition, exhibit.name): f"{exhibit_page(exhibit)}.html"
            for exhibit in contents.exhibits
        }
        self.claims = [
            {
                "text": claim[f"text_{wording.language.code}"],
                "verdict": claim["verdict"],
                "section": claim["section"],
                "place": claim["place"],
                "found": found(claim, numbers, wording),
                "link": pages.get((claim["edition"], claim["place"])),
            }
            for claim in claims
        ]

    def counts(self) -> list[tuple[str, int]]:
        """How many have each verdict."""
        return [
            (verdict, sum(claim["verdict"] == verdict for claim in self.claims))
            for verdict in VERDICTS
        ]

    def sections(self) -> list[tuple[str, list[dict]]]:
        """Claims by section, in the order of the report."""
        return [
            (section, list(rows))
            for section, rows in groupby(self.claims, key=lambda claim: claim["section"])
        ]

    def of(self, exhibit: Exhibit) -> list[dict]:
        """Claims about a figure or table, each sentence once, what is supported first."""
        about = {}
        for claim in self.claims:
            if claim["place"] == exhibit.name:
                about.setdefault(claim["text"], claim)
        return sorted(about.values(), key=lambda claim: VERDICTS.index(claim["verdict"]))

    def first_section(self, verdict: str) -> list[dict]:
        """Claims of the section that the report begins with, its summary, that have a verdict."""
        return [claim for _, rows in self.sections()[:1] for claim in rows
                if claim["verdict"] == verdict]


def found(claim: dict, numbers: Numbers, wording: Wording) -> str:
    """What the comparison that decides found: a percentage beside a number, else points."""
    if claim["found_value"] is None or claim["claim_kind"] == "sum":
        return wording.term("no_value")
    if claim["other_cell_id"] is None:
        return numbers.number(claim["found_value"], "percent")
    return wording.term("findings_points", points=wording.points(claim["found_value"]))
