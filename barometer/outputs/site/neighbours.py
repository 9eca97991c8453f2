"""The target and what others measured, beside the estimates of the survey: definitions side by side."""

from barometer.outputs.language.wording import Wording
from barometer.outputs.site.addresses import indicator_page
from barometer.outputs.site.charts import Numbers
from barometer.outputs.site.contents import TOTAL, Contents


def side_by_side(contents: Contents, presentation: dict, wording: Wording) -> list[dict]:
    """Each target with what is held against it, a row a number.

    Of an edition: each measure of all enterprises, and of what other surveys cover; then what
    others measured of the same. Rows without a number are those that nothing is published of.
    """
    language = wording.language.code
    return [
        {
            "id": target["target_id"],
            "label": target[f"label_{language}"],
            "rows": [
                target_row(target, wording),
                *(
                    row
                    for measure in presentation["target_measures"]
                    if measure["target_id"] == target["target_id"]
                    for row in measure_rows(measure, contents, presentation, wording)
                ),
            ],
        }
        for target in presentation["targets"]
    ]


def target_row(target: dict, wording: Wording) -> dict:
    """What is aimed at."""
    language = wording.language.code
    return {
        "kind": "target",
        "definition": target[f"definition_{language}"],
        "geography": target[f"geography_{language}"],
        "scope": target[f"scope_{language}"],
        "year": target["target_year"],
        "value": wording.percentage(target["value"]),
        "interval": None,
        "source": target["source"],
        "date": target["date"],
    }


def measure_rows(
    measure: dict, contents: Contents, presentation: dict, wording: Wording
) -> list[dict]:
    """Estimates of the survey, the newest edition first, then what others measured."""
    language = wording.language.code
    numbers = Numbers(wording)
    place = (measure["indicator_id"], measure["base_id"])
    scopes = {row["scope_id"]: row[f"label_{language}"] for row in presentation["scopes"]}
    rows = []
    for edition, status in contents.statuses.items():
        found = [
            (wording.term("target_scope_all"), contents.estimates[edition].get((*place, *TOTAL)))
        ] + [
            (scopes[scope], estimate)
            for scope, estimate in contents.scope_estimates.get((edition, *place), [])
        ]
        rows += [
            {
                "kind": "estimate",
                "definition": measure[f"definition_{language}"],
                "geography": wording.term("target_geography"),
                "scope": scope,
                "year": edition,
                "value": wording.marked(wording.percentage(estimate.value), estimate.status),
                "interval": None if estimate.lower is None else numbers.interval(estimate),
                "source": f"{wording.term('site_title')} ({wording.term(status)})",
                "link": f"{indicator_page(place[0])}.html",
            }
            for scope, estimate in found if estimate
        ]
    rows += [
        {
            "kind": "external",
            "definition": value[f"definition_{language}"],
            "geography": value[f"geography_{language}"],
            "scope": scopes[value["scope_id"]],
            "year": value["reference_year"],
            "value": wording.percentage(value["value"]),
            "interval": None,
            "source": value["source"],
            "date": value["date"],
        }
        for value in presentation["external_values"]
        if (value["indicator_id"], value["base_id"]) == place
    ]
    return rows
