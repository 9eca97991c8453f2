"""Collect the synthetic questionnaires: who responds, when and how, and which of them turn out unusable.

First the schedule, without a single answer: the identifiers decide which donor the hot deck will draw, and the answers are
made knowing it. Then `fill_in` writes the answers of the usable into the schedule, and those of the others after them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np

from barometer.synthetic.draw import pick, sample
from barometer.synthetic.enterprises import Enterprise, draw_numbers
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design


@dataclass
class Response:
    """A questionnaire received. `kind`: usable, again (the same respondent once more), broken_off, blank or copy."""

    invited_enterprise_number: str
    enterprise_number: str
    submitted_at: datetime
    opened_at: datetime
    response_channel: str
    kind: str = "usable"
    like: int | None = None
    """The usable respondent, by position, whose answers these follow."""
    response_id: str = ""
    codes: np.ndarray | None = None
    """Integer codes (questions,), 0 where the cell is empty; none before `fill_in`."""


@dataclass
class Schedule:
    """All questionnaires in the order received, and the usable ones in the order of the strata."""

    responses: list[Response]
    usable: list[Response]
    engaged: np.ndarray = field(repr=False)
    """Usable respondents, bool (n,), who answer the first two blocks in full: they sent a second questionnaire."""

    @property
    def response_ids(self) -> list[str]:
        """Identifiers of the usable, in the order of the strata."""
        return [response.response_id for response in self.usable]


def schedule_responses(
    design: Design, settings: Settings, enterprises: list[Enterprise], rng: np.random.Generator
) -> Schedule:
    """The usable questionnaires, and of every unusable kind as many as the profile says.

    Only reached enterprises respond. ValueError names the stratum in which fewer were reached than responded.
    """
    counts = settings.edition["unusable"]
    invited, rest = _respondents(design, enterprises, rng)
    clock = _Clock(design, settings, rng)
    usable = [clock.receive(enterprise, enterprise.enterprise_number) for enterprise in invited]
    spare = [rest[i] for i in sample(rng, len(rest), len(rest))]
    again = _duplicates(counts, clock, invited, usable, rng)
    beside = counts["no_ai_beside_usable"]
    silent = [invited[i] for i in sample(rng, len(invited), beside)]
    silent += [spare.pop() for _ in range(counts["no_ai_question_answered"] - beside)]
    blank = [clock.receive(enterprise, enterprise.enterprise_number, "blank") for enterprise in silent]
    mistaken = _wrong_enterprises(counts, clock, enterprises, invited, spare, rng)
    engaged = np.zeros(len(usable), dtype=bool)
    engaged[[response.like for response in again]] = True
    return Schedule(_number(design, usable + again + blank + mistaken), usable, engaged)


def fill_in(design: Design, schedule: Schedule, reported: np.ndarray, rng: np.random.Generator) -> None:
    """Give every questionnaire its answers, in place: `reported` int (n, questions) are those of the usable."""
    for response, codes in zip(schedule.usable, reported, strict=True):
        response.codes = codes
    order = [block.block_id for block in design.questionnaire.blocks]
    blocks = np.array([order.index(question.block) for question in design.questions])
    for response in schedule.responses:
        if response.kind == "blank":
            response.codes = np.zeros_like(reported[0])
        elif response.kind == "copy":
            response.codes = reported[response.like]
        elif response.kind in ("again", "broken_off"):
            response.codes = _second_thoughts(design, reported[response.like], rng)
            if response.kind == "broken_off":
                response.codes = _broken_off(response.codes, blocks, rng)


def _respondents(design: Design, enterprises: list[Enterprise], rng) -> tuple[list[Enterprise], list[Enterprise]]:
    """Usable respondents in the order of the strata, and the other reached enterprises."""
    usable, rest = [], []
    for number, stratum in enumerate(design.strata):
        reached = [e for e in enterprises if e.stratum == number and e.is_reached]
        if len(reached) < stratum.usable:
            raise ValueError(
                f"stratum {stratum.sector}|{stratum.size} of edition {design.edition}: "
                f"{len(reached)} reached, fewer than the {stratum.usable} usable responses"
            )
        order = sample(rng, len(reached), len(reached))
        usable += [reached[i] for i in order[: stratum.usable]]
        rest += [reached[i] for i in order[stratum.usable :]]
    return usable, rest


def _duplicates(counts: dict, clock: "_Clock", invited, usable: list[Response], rng) -> list[Response]:
    """Second questionnaires of enterprises with a usable one, each of which loses to that one.

    Most have fewer questions answered, whenever they came. Some have as many and came earlier; a few of these came at
    the same second and have the larger identifier (identifiers follow the time of opening).
    """
    tied, simultaneous = counts["duplicate_tied_on_answers"], counts["duplicate_tied_on_time"]
    second_ones = []
    for number, position in enumerate(sample(rng, len(usable), counts["duplicate"])):
        kept = usable[position]
        second = clock.receive(invited[position], kept.enterprise_number, "again" if number < tied else "broken_off")
        second.like = int(position)
        if number < simultaneous:
            second.submitted_at, second.response_channel = kept.submitted_at, kept.response_channel
            second.opened_at = kept.opened_at + (kept.submitted_at - kept.opened_at) / 2
        elif number < tied and second.submitted_at >= kept.submitted_at:
            for name in ("submitted_at", "opened_at", "response_channel"):
                ours, theirs = getattr(kept, name), getattr(second, name)
                setattr(kept, name, theirs)
                setattr(second, name, ours)
            if second.submitted_at == kept.submitted_at:
                second.submitted_at -= timedelta(minutes=1)
                second.opened_at -= timedelta(minutes=1)
        second_ones.append(second)
    return second_ones


def _second_thoughts(design: Design, codes: np.ndarray, rng) -> np.ndarray:
    """The same questions answered, a few of them otherwise; none that routes."""
    routing = {name for derived in design.questionnaire.derived_questions for name in derived.input_question_ids}
    changed = codes.copy()
    for column, question in enumerate(design.questions):
        draw, which = rng.random(2)
        if codes[column] and question.id not in routing and draw < 0.15:
            changed[column] = question.codes[int(which * len(question.codes))]
    return changed


def _broken_off(codes: np.ndarray, blocks: np.ndarray, rng) -> np.ndarray:
    """Answers up to some block only: fewer, and at least one. `blocks` int (questions,) is each question's block."""
    answered = np.unique(blocks[codes > 0])
    last = answered[int(rng.random() * (len(answered) - 1))]
    return np.where(blocks <= last, codes, 0)


def _wrong_enterprises(counts, clock, enterprises, usable, spare, rng) -> list[Response]:
    """Questionnaires filled in for another enterprise number than the one invited."""
    total, beside = counts["wrong_enterprise"], counts["wrong_enterprise_beside_usable"]
    invited = [usable[i] for i in sample(rng, len(usable), beside)]
    invited += [spare.pop() for _ in range(total - beside)]
    numbers = {enterprise.enterprise_number for enterprise in enterprises}
    filled_in = draw_numbers(rng, total - counts["wrong_enterprise_is_sampled"], numbers)
    others = [enterprises[i].enterprise_number for i in sample(rng, len(enterprises), total)]
    mistaken = [number for number in others if number not in {e.enterprise_number for e in invited}]
    filled_in = mistaken[: counts["wrong_enterprise_is_sampled"]] + filled_in
    order = sample(rng, total, total)
    like = sample(rng, len(usable), total)
    is_blank = sample(rng, total, total) < counts["wrong_enterprise_without_ai"]
    responses = []
    for i in range(total):
        kind = "blank" if is_blank[i] else "copy"
        responses.append(clock.receive(invited[i], filled_in[order[i]], kind))
        responses[-1].like = int(like[i])
    return responses


def _number(design: Design, responses: list[Response]) -> list[Response]:
    """Identifiers in the order of opening, rows in the order of submission."""
    opened = sorted(range(len(responses)), key=lambda i: (responses[i].opened_at, i))
    for number, position in enumerate(opened, start=1):
        responses[position].response_id = f"R{design.edition}-{number:05d}"
    return sorted(responses, key=lambda response: (response.submitted_at, response.response_id))


class _Clock:
    """When and through what channel questionnaires come in: waves after each mailing, the telephone at the end."""

    def __init__(self, design: Design, settings: Settings, rng: np.random.Generator):
        self.design, self.rng = design, rng
        self.parameters, self.edition = settings["fieldwork"], settings.edition

    def receive(self, enterprise: Enterprise, enterprise_number: str, kind: str = "usable") -> Response:
        """A questionnaire of an invited enterprise, with the number that its respondent filled in."""
        draws = self.rng.random(4)
        got_letter = "letter" in (enterprise.contact_channel, enterprise.recontact_channel)
        if draws[0] < self.parameters["phone_share"]:
            channel = "phone"
        elif got_letter and draws[1] < self.parameters["paper_share_of_letters"]:
            channel = "paper"
        else:
            channel = "web"
        submitted = self._submitted(channel)
        minutes = self.parameters["filling_minutes_median"] * np.exp(0.5 * self.rng.standard_normal())
        opened = submitted - timedelta(seconds=round(60 * float(minutes)))
        if channel == "web" and draws[2] < self.parameters["interrupted_share"]:
            opened -= timedelta(days=1 + int(draws[3] * 5))
        opened = max(opened, datetime.combine(self.design.start, time(0)))
        return Response(enterprise.enterprise_number, enterprise_number, submitted, opened, channel, kind)

    def _submitted(self, channel: str) -> datetime:
        """A moment of the fieldwork, in office hours for telephone and paper."""
        waves, end = self.edition["waves"], self.design.end
        draws = self.rng.random(6)
        if channel == "phone":
            start = self.edition["phone_start"]
            day = start + timedelta(days=int(draws[0] * ((end - start).days + 1)))
        else:
            wave = waves[int(pick(self.rng, [wave["share"] for wave in waves], 1)[0])]["date"]
            days = int(-np.log1p(-draws[0]) * self.parameters["wave_decay_days"]) + (3 if channel == "paper" else 0)
            day = wave + timedelta(days=days % ((end - wave).days + 1))
        day = self._working_day(day, draws[1] if channel == "web" else 1.0)
        hours = {int(hour): weight for hour, weight in self.parameters["hours"].items()}
        if channel != "web":
            hours = {hour: weight for hour, weight in hours.items() if 9 <= hour < 17}
        edges = np.cumsum(list(hours.values()))
        hour = list(hours)[int(np.searchsorted(edges, draws[2] * edges[-1], side="right"))]
        if day in [wave["date"] for wave in waves]:
            hour = max(hour, 9)
        return datetime.combine(day, time(hour, int(draws[3] * 60), int(draws[4] * 60)))

    def _working_day(self, day: date, draw: float) -> date:
        """The day, or where it falls in a weekend mostly the Monday after it (the Friday before it, at the end)."""
        if day.weekday() < 5 or draw < self.parameters["weekend_kept_share"]:
            return day
        monday = day + timedelta(days=7 - day.weekday())
        return monday if monday <= self.design.end else day - timedelta(days=day.weekday() - 4)
