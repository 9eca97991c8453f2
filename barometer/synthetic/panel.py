"""Let the samples of two editions share enterprises, as the design of the survey has it, and let their answers go together.

Method, stratum by stratum, once both editions are answered, so that no answer and no identifier of a response moves:
    1) Enterprises that are in both samples: in a size class that is surveyed as a whole each year all that the counts
       allow, in the others those of the earlier sample that a new draw would hold again.
    2) Usable respondents of both editions: a share of those of the edition that has fewer.
    3) These in pairs, so that who used more technologies then mostly uses more now: ranks with noise.

An enterprise of the later sample becomes one of the earlier: its number, NACE code, region and establishments, and about
its number of employees. How it was approached and what it answered stay. The design is the report's; that nothing else
moves between two years, and how much respondents and answers persist, is assumed in `[panel]` of the profile.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from barometer.synthetic.draw import sample
from barometer.synthetic.enterprises import Enterprise, draw_numbers
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design, Stratum
from barometer.synthetic.respondents import Respondents
from barometer.synthetic.responses import Schedule


@dataclass(frozen=True)
class Wave:
    """An edition as it was drawn, approached and answered."""

    design: Design
    enterprises: list[Enterprise]
    schedule: Schedule
    people: Respondents

    def answers(self, question: str) -> dict[str, int]:
        """Codes of a question, by the enterprise number of the usable respondents."""
        numbers = [response.invited_enterprise_number for response in self.schedule.usable]
        return dict(zip(numbers, self.people.answers[question].tolist(), strict=True))


def share_enterprises(earlier: Wave, later: Wave, settings: Settings, rng: np.random.Generator) -> None:
    """Turn enterprises of the later sample into enterprises of the earlier one, in place, in its responses as well.

    No other enterprise of the later sample has a number of the earlier one; the sample is in the order of its numbers.
    """
    parameters, question = settings["panel"], settings["adoption"]["count_question"]
    then, now = earlier.answers(question), later.answers(question)
    sampled = defaultdict(list)
    for enterprise in earlier.enterprises:
        stratum = earlier.design.strata[enterprise.stratum]
        sampled[stratum.sector, stratum.size].append(enterprise)
    renumbered = {}
    for number, stratum in enumerate(later.design.strata):
        before = sampled[stratum.sector, stratum.size]
        after = [enterprise for enterprise in later.enterprises if enterprise.stratum == number]
        shared = _shared_count(stratum, len(before), parameters["surveyed_each_year"], rng)
        before, after = ([group[i] for i in sample(rng, len(group), shared)] for group in (before, after))
        for old, new in paired(before, after, then, now, parameters, rng):
            renumbered[new.enterprise_number] = old.enterprise_number
            change = np.exp(parameters["employee_count_change"] * rng.standard_normal())
            _become(new, old, round(old.employee_count * float(change)), stratum)
    _renumber(earlier, later, renumbered, rng)


def _shared_count(stratum: Stratum, before: int, surveyed_each_year: Sequence[str], rng: np.random.Generator) -> int:
    """How many of the `before` sampled enterprises of a stratum are sampled again."""
    if stratum.size in surveyed_each_year:
        return min(before, stratum.sampled)
    return min(int((rng.random(before) < stratum.sampled / stratum.population).sum()), stratum.sampled)


def paired(
    before: Sequence[Enterprise],
    after: Sequence[Enterprise],
    then: Mapping[str, int],
    now: Mapping[str, int],
    parameters: Mapping,
    rng: np.random.Generator,
) -> Iterator[tuple[Enterprise, Enterprise]]:
    """Pairs of an enterprise of the earlier sample and one of the later that is to be the same.

    Args:
        before, after: as many of either sample, in random order.
        then, now: technologies used, by enterprise number, of those that responded.
        parameters: `[panel]` of the profile.
    """
    old, old_silent = _by_response(before, then)
    new, new_silent = _by_response(after, now)
    both = max(round(parameters["responds_again"] * min(len(old), len(new))), len(old) - len(new_silent))
    once = len(old) - both
    old = _ranked(old[:both], then, parameters, rng) + old[both:] + old_silent
    new = _ranked(new[:both], now, parameters, rng) + new_silent[:once] + new[both:] + new_silent[once:]
    return zip(old, new, strict=True)


def _by_response(enterprises: Sequence[Enterprise], answers: Mapping[str, int]) -> tuple[list, list]:
    """Those that responded, and the others."""
    responded = [enterprise for enterprise in enterprises if enterprise.enterprise_number in answers]
    return responded, [enterprise for enterprise in enterprises if enterprise.enterprise_number not in answers]


def _ranked(
    enterprises: list[Enterprise], counts: Mapping[str, int], parameters: Mapping, rng: np.random.Generator
) -> list[Enterprise]:
    """By the normal scores of their counts, with as much noise as the loading leaves."""
    loading = parameters["adoption_loading"]
    ranks = rankdata([counts[enterprise.enterprise_number] for enterprise in enterprises])
    scores = ndtri((ranks - 0.5) / max(len(enterprises), 1))
    scores = loading * scores + (1 - loading**2) ** 0.5 * rng.standard_normal(len(enterprises))
    return [enterprises[i] for i in np.argsort(scores, kind="stable")]


def _become(new: Enterprise, old: Enterprise, employee_count: int, stratum: Stratum) -> None:
    """Give an enterprise what the other one is, with a number of employees within the size class."""
    new.nace_code, new.registered_region = old.nace_code, old.registered_region
    new.flemish_establishment_count = old.flemish_establishment_count
    new.employee_count = max(employee_count, stratum.employees_min)
    if stratum.employees_max is not None:
        new.employee_count = min(new.employee_count, stratum.employees_max)


def _renumber(earlier: Wave, later: Wave, renumbered: dict[str, str], rng: np.random.Generator) -> None:
    """Write the new numbers into sample and responses; fresh ones where another enterprise would be taken for a shared one."""
    responses = later.schedule.responses
    known = {enterprise.enterprise_number for enterprise in earlier.enterprises}
    found = dict.fromkeys(
        [enterprise.enterprise_number for enterprise in later.enterprises]
        + [response.enterprise_number for response in responses]
    )
    mistaken = [number for number in found if number in known and number not in renumbered]
    fresh = draw_numbers(rng, len(mistaken), {*known, *found})
    renumbered = renumbered | dict(zip(mistaken, fresh, strict=True))
    for row in (*later.enterprises, *responses):
        row.enterprise_number = renumbered.get(row.enterprise_number, row.enterprise_number)
    for response in responses:
        invited = response.invited_enterprise_number
        response.invited_enterprise_number = renumbered.get(invited, invited)
    later.enterprises.sort(key=lambda enterprise: enterprise.enterprise_number)
