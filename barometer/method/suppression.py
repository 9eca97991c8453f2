"""What is withheld of a protected edition, and whether what is published keeps it so.

Two uses of the audit (barometer.method.disclosure_audit) on tables: `withheld_groups` decides, from
what would be printed of each cell; `given_away` looks at what is published in the end.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from barometer.method.disclosure_audit import TOTAL, Category, Frame, Printed, Question, unsafe

WITHHELD_SCHEMA = pa.schema(
    [
        ("edition", pa.int16()),
        ("base_id", pa.string()),
        ("group_id", pa.string()),
        ("domain", pa.string()),
        ("category", pa.string()),
        ("conf_status", pa.string()),
    ]
)

GIVEN_AWAY_SCHEMA = pa.schema(
    [
        ("edition", pa.int16()),
        ("indicator_id", pa.string()),
        ("base_id", pa.string()),
        ("domain", pa.string()),
        ("category", pa.string()),
        ("stratum_id", pa.string()),
        ("measure", pa.string()),
        ("found", pa.int32()),
        ("expected", pa.int32()),
    ]
)

# SDMX's CL_CONF_STATUS: confidential by a rule, and withheld to protect what is.
CONFIDENTIAL, SECONDARY = "C", "D"

# The indicators of a base whose answers follow from one another.
Group = tuple[str, str]


@dataclass
class Edition:
    """What there is to know of a protected edition.

    Attributes:
        frame: its strata; `stratum_ids` are theirs, in order.
        questions: the counts of each question asked of a base.
        shares: by base and indicator, what would be printed or is, by category; no nulls.
        groups: by base and indicator, the groups that it belongs to.
        decided_by: by group, those of other bases that its answers decide.
    """

    frame: Frame
    stratum_ids: list[str]
    questions: dict[tuple[str, str], Question]
    shares: dict[tuple[str, str], dict[Category, float]]
    groups: dict[tuple[str, str], set[Group]]
    decided_by: dict[Group, set[Group]]


def withheld_groups(
    strata: pa.Table, domains: pa.Table, counts: pa.Table, codes: pa.Table, cells: pa.Table,
    groups: pa.Table, bases: pa.Table, rules: pa.Table,
) -> pa.Table:
    """What to withhold of protected editions.

    Args:
        strata: `int_strata_weighted`.
        domains: `int_strata_domains`.
        counts: `int_disclosure_counts`, the true answers of protected editions alone.
        codes: `int_indicator_codes`.
        cells: `edition`, `indicator_id`, `base_id`, `domain`, `category`, `printed_pct` and
            `respondent_count` of each cell, as it would be published.
        groups: `int_indicator_suppression_groups`.
        bases: `int_bases_decided`.
        rules: seed `confidentiality_rules`.

    Returns:
        One row a group and category, schema `WITHHELD_SCHEMA`, in the order of its key.
    """
    thresholds = thresholds_of(rules)
    rows = []
    for edition, known in editions_of(
        strata, domains, counts, codes, cells, groups, bases
    ).items():
        few = few_respondents(cells, edition, known, thresholds["respondent_count"])
        for (base, group), categories in sorted(protect(known, few, thresholds).items()):
            rows += [
                {
                    "edition": edition, "base_id": base, "group_id": group, "domain": domain,
                    "category": category, "conf_status": status,
                }
                for (domain, category), status in sorted(categories.items())
            ]
    return pa.Table.from_pylist(rows, schema=WITHHELD_SCHEMA)


def given_away(
    strata: pa.Table, domains: pa.Table, counts: pa.Table, codes: pa.Table, published: pa.Table,
    rules: pa.Table,
) -> pa.Table:
    """What the published percentages of protected editions give away.

    Args:
        published: `edition`, `indicator_id`, `base_id`, `domain`, `category` and `printed_pct` as
            they are published, null where withheld; the others as `withheld_groups` takes them.

    Returns:
        One row a stratum, or a category as a whole (`stratum_id` null), of an indicator, schema
        `GIVEN_AWAY_SCHEMA`; none where all is safe.
    """
    thresholds = thresholds_of(rules)
    rows = []
    for edition, known in editions_of(strata, domains, counts, codes, published).items():
        for (base, _), question in sorted(known.questions.items()):
            for fault in unsafe(
                printed(known, base, question, {}),
                thresholds["stratum_value_count"], thresholds["solution_count"],
                solve=known.frame.members.keys(),
            ):
                is_whole = fault.stratum is None
                rows.append(
                    {
                        "edition": edition, "indicator_id": fault.indicator, "base_id": base,
                        "domain": fault.category[0], "category": fault.category[1],
                        "stratum_id": None if is_whole else known.stratum_ids[fault.stratum],
                        "measure": "solution_count" if is_whole else "stratum_value_count",
                        "found": fault.found, "expected": fault.expected,
                    }
                )
    return pa.Table.from_pylist(rows, schema=GIVEN_AWAY_SCHEMA)


def thresholds_of(rules: pa.Table) -> dict[str, int]:
    """The threshold of each measure; 0, which nothing is below, for one without a rule."""
    found = {row["measure"]: int(row["threshold"]) for row in rules.to_pylist()}
    measures = ("respondent_count", "solution_count", "stratum_value_count")
    return {measure: found.get(measure, 0) for measure in measures}


def editions_of(
    strata: pa.Table, domains: pa.Table, counts: pa.Table, codes: pa.Table, cells: pa.Table,
    groups: pa.Table | None = None, bases: pa.Table | None = None,
) -> dict[int, Edition]:
    """The editions that there are true answers of, in order; the arguments as above."""
    answers = defaultdict(list)
    for row in counts.to_pylist():
        answers[row["edition"]].append(row)
    return {
        edition: Edition(
            *frame_of(edition, strata, domains),
            questions_of(edition, rows, strata, codes, cells),
            shares_of(edition, cells),
            members_of(edition, groups),
            decided_of(edition, bases),
        )
        for edition, rows in sorted(answers.items())
    }


def strata_of(edition: int, strata: pa.Table) -> list[dict]:
    """The strata of an edition that have respondents, in the order of their numbers."""
    return sorted(
        (row for row in strata.to_pylist() if row["edition"] == edition and row["usable_count"]),
        key=lambda row: row["stratum_number"],
    )


def frame_of(edition: int, strata: pa.Table, domains: pa.Table) -> tuple[Frame, list[str]]:
    """The strata of an edition, and their ids; one that is weighted with others has their weight."""
    rows = strata_of(edition, strata)
    places = {row["stratum_number"]: place for place, row in enumerate(rows)}
    members = defaultdict(list)
    for row in domains.to_pylist():
        if row["stratum_number"] in places:
            members[row["domain"], row["category"]].append(places[row["stratum_number"]])
    respondents = np.array([float(row["usable_count"]) for row in rows])
    weights = np.array(
        [row["weighted_population_count"] / row["weighted_usable_count"] for row in rows]
    )
    frame = Frame(
        respondents, respondents * weights,
        {category: np.array(sorted(found)) for category, found in sorted(members.items())},
    )
    return frame, [row["stratum_id"] for row in rows]


def questions_of(
    edition: int, answers: list[dict], strata: pa.Table, codes: pa.Table, cells: pa.Table
) -> dict[tuple[str, str], Question]:
    """The counts of each question asked of a base of which anything is published."""
    places = {row["stratum_number"]: place for place, row in enumerate(strata_of(edition, strata))}
    asked = defaultdict(lambda: defaultdict(lambda: np.zeros(len(places))))
    for row in answers:
        of_code = asked[row["base_id"], row["question_id"]][row["answer_code"]]
        of_code[places[row["stratum_number"]]] += row["answer_count"]
    of_edition = {
        (row["base_id"], row["indicator_id"])
        for row in cells.to_pylist() if row["edition"] == edition
    }
    hits = defaultdict(lambda: defaultdict(set))
    for row in codes.to_pylist():
        if row["is_share"] and (row["base_id"], row["indicator_id"]) in of_edition:
            hits[row["base_id"], row["question_id"]][row["indicator_id"]].add(row["answer_code"])
    return {
        key: Question(
            np.array([of_code[code] for code in sorted(of_code)]),
            {
                indicator: np.array([code in members for code in sorted(of_code)])
                for indicator, members in sorted(hits[key].items())
            },
        )
        for key, of_code in sorted(asked.items())
        if key in hits
    }


def shares_of(edition: int, cells: pa.Table) -> dict[tuple[str, str], dict[Category, float]]:
    """What is printed of each indicator of a base, by category."""
    shares = defaultdict(dict)
    for row in cells.to_pylist():
        if row["edition"] == edition and row["printed_pct"] is not None:
            category = (row["domain"], row["category"])
            shares[row["base_id"], row["indicator_id"]][category] = row["printed_pct"]
    return shares


def members_of(edition: int, groups: pa.Table | None) -> dict[tuple[str, str], set[Group]]:
    """The groups of each indicator of a base."""
    found = defaultdict(set)
    for row in groups.to_pylist() if groups else []:
        if row["edition"] == edition:
            found[row["base_id"], row["indicator_id"]].add((row["base_id"], row["group_id"]))
    return found


def decided_of(edition: int, bases: pa.Table | None) -> dict[Group, set[Group]]:
    """The groups of other bases that each group of everybody decides."""
    found = defaultdict(set)
    for row in bases.to_pylist() if bases else []:
        if row["edition"] == edition:
            deciding = (row["deciding_base_id"], row["deciding_group_id"])
            found[deciding].add((row["base_id"], row["group_id"]))
    return found


def few_respondents(
    cells: pa.Table, edition: int, known: Edition, threshold: int
) -> dict[Group, set[Category]]:
    """Categories in which the base of a group has too few respondents, but some."""
    found = defaultdict(set)
    for row in cells.to_pylist():
        if row["edition"] == edition and 0 < (row["respondent_count"] or 0) < threshold:
            for group in known.groups[row["base_id"], row["indicator_id"]]:
                found[group].add((row["domain"], row["category"]))
    return found


def protect(
    known: Edition, few: Mapping[Group, set[Category]], thresholds: Mapping[str, int]
) -> dict[Group, dict[Category, str]]:
    """What to withhold, by group and category, and its confidentiality status."""
    withheld = defaultdict(dict)
    waiting = sorted({group for groups in known.groups.values() for group in groups})
    # What was found safe stays so: withholding more leaves every witness one.
    doubtful = {group: None for group in waiting}

    def withhold(group: Group, category: Category, status: str) -> None:
        if category in withheld[group]:
            return
        withheld[group][category] = status
        for other in known.decided_by[group]:
            withhold(other, category, SECONDARY)
        if group not in waiting:
            waiting.append(group)

    for group, categories in sorted(few.items()):
        for category in sorted(categories):
            withhold(group, category, CONFIDENTIAL)
    while waiting:
        group = waiting.pop(0)
        found = list(faults(known, group, withheld, doubtful[group], thresholds))
        doubtful[group] = {(indicator, category) for indicator, category in found}
        stuck = False
        for _, category in found:
            if category in withheld[group]:
                stuck = True
            else:
                withhold(group, category, CONFIDENTIAL)
        if stuck:
            beside = next_beside(known.frame, withheld[group])
            if beside is None:
                doubtful[group] = set()
            else:
                withhold(group, beside, SECONDARY)
    return {group: categories for group, categories in withheld.items() if categories}


def faults(
    known: Edition, group: Group, withheld: Mapping[Group, Mapping[Category, str]],
    doubtful: set[tuple[str, Category]] | None, thresholds: Mapping[str, int],
) -> Iterator[tuple[str, Category]]:
    """Indicators and categories of a group that are not safe; of those in doubt, where there are."""
    for (base, _), question in known.questions.items():
        members = {
            indicator for indicator in question.hits if group in known.groups[base, indicator]
        }
        if not members or base != group[0] or doubtful == set():
            continue
        only = {
            (indicator, category)
            for indicator in members for category in known.frame.categories(known.frame.domain)
        }
        if doubtful is not None:
            only &= doubtful
        if not only:
            continue
        seen = set()
        for fault in unsafe(
            printed(known, base, question, withheld),
            thresholds["stratum_value_count"], thresholds["solution_count"], only,
            withheld[group].keys(),
        ):
            if (fault.indicator, fault.category) not in seen:
                seen.add((fault.indicator, fault.category))
                yield fault.indicator, fault.category


def printed(
    known: Edition, base: str, question: Question,
    withheld: Mapping[Group, Mapping[Category, str]],
) -> Printed:
    """What is printed of a question, without what is withheld."""
    return Printed(
        known.frame, question,
        {
            indicator: {
                category: share
                for category, share in known.shares[base, indicator].items()
                if not any(category in withheld[group] for group in known.groups[base, indicator])
            }
            for indicator in question.hits
        },
    )


def next_beside(frame: Frame, withheld: Mapping[Category, str]) -> Category | None:
    """The category to withhold next: of the kind that moves are made in, of the others, all."""
    others = sorted({domain for domain, _ in frame.members} - {frame.domain, TOTAL[0]})
    for domain in (frame.domain, *others, TOTAL[0]):
        for category in frame.categories(domain):
            if category not in withheld:
                return category
    return None
