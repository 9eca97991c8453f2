"""Numbers laid out as bars: lengths in percent of the plot, so that a page of any width fits.

A chart is HTML: a list that a screen reader reads, with bars beside the numbers. It needs no
script; the script switches series, and the style sheet shows intervals.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.colours import PALETTE, edition_colours
from barometer.outputs.printed_report.exhibits import Change
from barometer.outputs.site.contents import Estimate

# Editions that a chart of many shows until a reader asks for more.
EDITIONS_SHOWN = 3

# How the bar of a change is drawn, by its verdict; with any other it has the last one.
BAR_STYLES = ("significant", "not_significant", "no_verdict")

# Ends that an axis may have, in the leading digits, and the ticks that divide it evenly.
AXIS_ENDS = (
    (1, 4), (1.2, 4), (1.5, 3), (2, 4), (2.5, 5), (3, 3), (4, 4), (5, 5), (6, 4), (8, 4), (10, 4),
)


@dataclass(frozen=True)
class Mark:
    """One number of a row, in the unit of its chart.

    Attributes:
        series: place of its series in the chart.
        lower, upper: ends of its interval, or None.
        is_print: it is copied from print.
        is_break: no line joins it with that of the edition before.
    """

    series: int
    value: float | None
    lower: float | None = None
    upper: float | None = None
    respondents: int | None = None
    status: str = "A"
    change: Change | None = None
    is_print: bool = False
    is_break: bool = False

    @staticmethod
    def of(series: int, estimate: Estimate | None, change: Change | None = None) -> "Mark":
        """An estimate as a mark; without one, a mark without a number."""
        if estimate is None:
            return Mark(series, None, change=change)
        return Mark(
            series, estimate.value, estimate.lower, estimate.upper, estimate.respondents,
            estimate.status, change,
        )


@dataclass(frozen=True)
class Row:
    """An item of a chart.

    Attributes:
        link: page about it, or None.
        reference: number of all enterprises to compare with, or None.
        anchor: where a link may point to, or None.
        group: heading that it is under, or None.
    """

    label: str
    marks: tuple[Mark, ...]
    link: str | None = None
    reference: float | None = None
    anchor: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Chart:
    """A chart with its captions.

    Attributes:
        id: name of the chart on its page and of its file of data.
        kind: single, grouped, stacked; line, a panel a row with a line through the editions;
            choice, where one series shows at a time; or change, around a line of no change.
        unit: percent, count or points.
        item: what a row is one of, as the head of a column.
        reference: what the reference of its rows is, or None.
        heading: level of the title.
        editions: edition and status of the data of each series, or one for them all.
        first: series that a choice opens with.
        subject: number, what it is about, unit, base and N, where the title is a finding.
    """

    id: str
    title: str
    subtitle: str
    caption: tuple[str, ...]
    kind: str
    unit: str
    item: str
    series: tuple[str, ...]
    colours: tuple[str, ...]
    rows: tuple[Row, ...]
    reference: str | None = None
    heading: int = 2
    editions: tuple[tuple[int, str], ...] = ()
    first: int = 0
    subject: str | None = None
    extremes: tuple[float, float, tuple[float, ...]] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "extremes", axis(self))

    def opens_with(self, series: int) -> bool:
        """Whether a series shows before a reader chooses."""
        if self.kind == "choice":
            return series == self.first
        if self.kind == "line":
            return True
        return len(self.editions) == 1 or series < EDITIONS_SHOWN

    @property
    def has_intervals(self) -> bool:
        """Whether any number has an interval."""
        return any(mark.lower is not None for row in self.rows for mark in row.marks)

    @property
    def has_changes(self) -> bool:
        """Whether rows say how their number changed."""
        return any(mark.change for row in self.rows for mark in row.marks)

    @property
    def statuses(self) -> set[str]:
        """Statuses of what it shows, codes of SDMX."""
        return {mark.status for row in self.rows for mark in row.marks}

    @property
    def verdicts(self) -> set[str]:
        """Verdicts on the changes that it shows."""
        return {mark.change.verdict for row in self.rows for mark in row.marks if mark.change}

    @property
    def has_print(self) -> bool:
        """Whether any number is copied from print."""
        return any(mark.is_print for row in self.rows for mark in row.marks)

    @property
    def bar_styles(self) -> list[str]:
        """Styles that the bars of a chart of changes have, in the order of its key."""
        found = {
            self.style_of(mark.change) for row in self.rows for mark in row.marks if mark.change
        }
        return [style for style in BAR_STYLES if style in found]

    @staticmethod
    def style_of(change: Change) -> str:
        """How the bar of a change is drawn."""
        return change.verdict if change.verdict in BAR_STYLES else BAR_STYLES[-1]

    @property
    def ticks(self) -> tuple[float, ...]:
        """Values that the axis names."""
        return self.extremes[2]

    def place(self, value: float) -> str:
        """Where a value is on the axis, in percent of it."""
        start, end, _ = self.extremes
        return f"{100 * (value - start) / (end - start):.2f}".rstrip("0").rstrip(".")

    def length(self, first: float, second: float) -> str:
        """How long the part of the axis between two values is, in percent of it."""
        start, end, _ = self.extremes
        return f"{100 * abs(second - first) / (end - start):.2f}".rstrip("0").rstrip(".")

    def across(self, series: int) -> str:
        """Where an edition is from left to right, in percent: as far apart as in time."""
        years = [edition for edition, _ in self.editions]
        first, span = min(years), (max(years) - min(years)) or 1
        edge = 8 if self.is_long else 15
        return f"{edge + (100 - 2 * edge) * (years[series] - first) / span:.2f}".rstrip("0").rstrip(".")

    @property
    def is_long(self) -> bool:
        """Whether it has more editions than numbers fit beside each other in a narrow panel."""
        return len(self.editions) > EDITIONS_SHOWN

    def height(self, value: float) -> str:
        """How far below the top of the axis a value is, in percent of it."""
        return f"{100 - float(self.place(value)):.2f}".rstrip("0").rstrip(".")

    @staticmethod
    def steps(row: Row) -> list[tuple[Mark, Mark]]:
        """The marks of a row that a line joins, each with the one of the edition before; not over a break,
        nor where the two cannot be compared."""
        known = [mark for mark in row.marks if mark.value is not None]
        return [
            (later, before) for later, before in pairwise(known)
            if not later.is_break and (later.change is None or later.change.is_comparable)
        ]

    def interval_of(self, mark: Mark) -> tuple[str, str, str]:
        """Where an interval begins, how long it is, and at which ends it goes on beyond the axis."""
        start, end, _ = self.extremes
        lower, upper = max(mark.lower, start), min(mark.upper, end)
        beyond = " ".join(
            name for name, is_beyond in (("below", mark.lower < start), ("above", mark.upper > end))
            if is_beyond
        )
        return self.place(lower), self.length(lower, upper), beyond

    def offset(self, row: Row, mark: Mark) -> str:
        """Where a bar begins that follows those of the series before it."""
        return self.place(
            sum(other.value or 0 for other in row.marks if other.series < mark.series)
        )


def axis(chart: Chart) -> tuple[float, float, tuple[float, ...]]:
    """Start, end and ticks of an axis on which every bar and every interval fits.

    Of changes it is every bar: an interval, which shows on demand, may go on beyond the axis.
    """
    reach = [0.0]
    for row in chart.rows:
        for mark in row.marks:
            ends = (mark.value,) if chart.kind == "change" else (mark.value, mark.lower, mark.upper)
            reach += [abs(end) for end in ends if end is not None]
        if row.reference is not None:
            reach.append(row.reference)
        if chart.kind == "stacked":
            reach.append(sum(mark.value or 0 for mark in row.marks))
    end, steps = nice_end(max(reach))
    if chart.unit == "percent" and end > 100:
        end, steps = 100.0, 4
    if chart.kind == "change":
        return -end, end, (-end, -end / 2, 0.0, end / 2, end)
    return 0.0, end, tuple(end * step / steps for step in range(steps + 1))


def nice_end(reach: float) -> tuple[float, int]:
    """The nearest round number that is not below, and into how many parts it divides."""
    if reach <= 0:
        return 1.0, 4
    magnitude = 10.0 ** math.floor(math.log10(reach))
    for factor, steps in AXIS_ENDS:
        if factor * magnitude >= reach - 1e-9:
            return round(factor * magnitude, 6), steps
    return 10 * magnitude, 4


def series_colours(count: int) -> tuple[str, ...]:
    """Colours that distinguish series, again from the first where there are many."""
    return tuple(PALETTE[place % len(PALETTE)] for place in range(count))


def newest_first_colours(count: int) -> tuple[str, ...]:
    """Colours of editions, the newest first and the darkest."""
    return tuple(reversed(edition_colours(count)))


class Numbers:
    """Numbers as a page prints them, in the language of its wording."""

    def __init__(self, wording: Wording):
        self.wording = wording

    def tick(self, value: float, unit: str) -> str:
        """A value of an axis."""
        if unit == "count":
            return self.wording.count(round(value))
        text = f"{value:g}".replace(".", self.wording.language.decimal_mark)
        if unit == "points":
            return text.replace("-", "−") if value <= 0 else f"+{text}"
        return f"{text}%"

    def number(self, value: float | None, unit: str) -> str:
        """A number of a chart or a table, with its sign or unit."""
        if unit == "count":
            return self.wording.count(None if value is None else int(value))
        if unit == "points":
            return self.wording.points(value)
        return self.wording.percentage(value)

    def interval(self, mark: Mark | Estimate | Change, unit: str = "percent") -> str:
        """Both ends of an interval, or the sign of no value."""
        if mark.lower is None or mark.upper is None:
            return self.wording.term("no_value")
        write = self.wording.points if unit == "points" else self.wording.decimal
        return self.wording.term("interval", lower=write(mark.lower), upper=write(mark.upper))

    def change(self, change: Change) -> str:
        """A change in words: points, since when, and whether it is significant; of what cannot be
        compared that alone."""
        if not change.is_comparable:
            return self.wording.term("no_change", previous=change.previous)
        return self.wording.term(
            "change_since", change=self.wording.points(change.change), previous=change.previous,
            verdict=self.verdict(change),
        )

    def verdict(self, change: Change) -> str:
        """What the test of a change says."""
        return self.wording.term(change.verdict)
