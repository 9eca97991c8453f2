"""What the report says in words, and what an edition's numbers say of it, as a page shows it."""

from collections.abc import Iterable
from itertools import groupby

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Exhibit
from barometer.outputs.site.addresses import exhibit_page
from barometer.outputs.site.charts import Numbers

VERDICTS = ("supported", "within_noise", "contradicted", "not_measured")


def findings(
    claims: list[dict], exhibits: Iterable[Exhibit], numbers: Numbers, wording: Wording
) -> dict:
    """The claims of one edition by section, in the order of the report, and how many have each verdict.

    Args:
        claims: rows of `rpt_claims` of one edition, sorted by `sort_order`.
        exhibits: figures and tables; those of the edition are linked.

    Returns:
        `counts`, a list of (verdict, number), and `sections`, a list of (section, rows): each row a
        dict of text, verdict, found, and link, none where the site does not have the place.
    """
    pages = {(exhibit.edition, exhibit.name): f"{exhibit_page(exhibit)}.html" for exhibit in exhibits}
    return {
        "counts": [
            (verdict, sum(claim["verdict"] == verdict for claim in claims)) for verdict in VERDICTS
        ],
        "sections": [
            (
                section,
                [
                    {
                        "text": claim[f"text_{wording.language.code}"],
                        "verdict": claim["verdict"],
                        "found": found(claim, numbers, wording),
                        "link": pages.get((claim["edition"], claim["place"])),
                    }
                    for claim in rows
                ],
            )
            for section, rows in groupby(claims, key=lambda claim: claim["section"])
        ],
    }


def found(claim: dict, numbers: Numbers, wording: Wording) -> str:
    """What the comparison that decides found: a percentage beside a number, else points."""
    if claim["found_value"] is None or claim["claim_kind"] == "sum":
        return wording.term("no_value")
    if claim["other_cell_id"] is None:
        return numbers.number(claim["found_value"], "percent")
    return wording.term("findings_points", points=numbers.points(claim["found_value"]))
