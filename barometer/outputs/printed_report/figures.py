"""A figure of one edition as a bar chart: bars lie, so that long labels can be read.

A bar has its value at its end and its 95% confidence interval across it.
"""

from collections.abc import Iterable

import altair

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.colours import PALETTE
from barometer.outputs.printed_report.exhibits import Bar, Figure
from barometer.outputs.printed_report.typesetting import (
    INK,
    LINE_HEIGHT,
    TEXT_SIZE,
    page,
    text_width,
    widest,
    wrap,
)

WIDTH = 720
WIDEST_LABEL = 250
LABEL_GAP = 10
BAR_HEIGHT = 17
ITEM_GAP = 12
# Height of the ends of an interval.
CAP = 9

# Ink on a bar of each colour, where a value is inside it.
INK_INSIDE = ("white", INK, INK, INK, INK, INK)


def draw_bars(figure: Figure, wording: Wording) -> dict:
    """The figure between its title and its caption."""
    language = wording.language.code
    series = figure.series(language)
    bars_of = figure.items(language)
    items = {label: wrap(label, WIDEST_LABEL) for label in bars_of}
    label_width = max(widest(lines) for lines in items.values())
    plot_width = WIDTH - label_width - LABEL_GAP
    bars_side_by_side = len(series) if figure.chart_type == "grouped_bar" else 1
    item_height = ITEM_GAP + max(
        bars_side_by_side * BAR_HEIGHT,
        max(len(lines) for lines in items.values()) * LINE_HEIGHT,
        1.3 * BAR_HEIGHT,
    )
    marks = (stacked_bars if figure.chart_type == "stacked_bar" else plain_bars)(
        bars_of, wording, plot_width
    )
    bar_share = bars_side_by_side * BAR_HEIGHT / item_height
    layers = bar_layers(
        marks,
        list(items),
        series,
        is_grouped=figure.chart_type == "grouped_bar",
        has_legend=figure.chart_type != "bar",
        padding=1 - max(bar_share, 1.3 * BAR_HEIGHT / item_height),
        plot_width=plot_width,
    )
    return page(
        [label_layer(list(items)), *layers],
        {"marks": marks, "labels": item_labels(items)},
        (plot_width, item_height * len(items)),
        figure.headings(wording),
        figure.caption(wording),
        WIDTH,
    )


def plain_bars(
    items: dict[str, list[Bar]], wording: Wording, plot_width: float
) -> list[dict]:
    """Bars from nothing to their value, which is behind their interval; x is in pixels."""
    bars = [(item, bar) for item, bars in items.items() for bar in bars]
    label_room = max(text_width(bar.text(wording)) for _, bar in bars) + 8
    scale = (plot_width - label_room) / (max(reach(bar) for _, bar in bars) or 1)
    return [
        {
            "item": item,
            "series": bar.series_labels[wording.language.code],
            "start": 0,
            "end": (bar.value or 0) * scale,
            **interval(bar, 0, scale),
            "outside": bar.text(wording),
            "outside_x": reach(bar) * scale + 5,
        }
        for item, bar in bars
    ]


def reach(bar: Bar) -> float:
    """How far a bar and its interval go, in percent."""
    return max(bar.value or 0, bar.upper or 0)


def interval(bar: Bar, start: float, scale: float) -> dict:
    """Ends of the interval of a bar that begins at `start`, in pixels."""
    if bar.value is None or bar.lower is None:
        return {}
    return {"lower": start + bar.lower * scale, "upper": start + bar.upper * scale}


def stacked_bars(
    items: dict[str, list[Bar]], wording: Wording, plot_width: float
) -> list[dict]:
    """Bars one after the other, each with its interval around its end and its value inside.

    Where one of an item is too short for its value between two intervals, those of that item
    are at the end.
    """
    joined = {
        item: " + ".join(bar.text(wording) for bar in bars) for item, bars in items.items()
    }
    label_room = max(map(text_width, joined.values())) + 8
    longest = max(stacked_reach(bars) for bars in items.values()) or 1
    scale = (plot_width - label_room) / longest
    marks = []
    for item, bars in items.items():
        rooms = list(zip(inner_starts(bars), bars, strict=True))
        fits = all(
            text_width(bar.text(wording)) + 6 <= (inner_end(bar) - inner_start) * scale
            for inner_start, bar in rooms
        )
        start = 0
        for inner_start, bar in rooms:
            end = start + (bar.value or 0) * scale
            mark = {
                "item": item, "series": bar.series_labels[wording.language.code],
                "start": start, "end": end, **interval(bar, start, scale),
            }
            if fits:
                middle = start + (inner_start + inner_end(bar)) / 2 * scale
                mark |= {"inside": bar.text(wording), "inside_x": middle}
            elif bar is bars[-1]:
                mark |= {"outside": joined[item], "outside_x": stacked_reach(bars) * scale + 5}
            marks.append(mark)
            start = end
    return marks


def stacked_reach(bars: list[Bar]) -> float:
    """How far bars one after the other, and their intervals, go."""
    start, furthest = 0, 0
    for bar in bars:
        furthest = max(furthest, start + reach(bar))
        start += bar.value or 0
    return furthest


def inner_starts(bars: list[Bar]) -> Iterable[float]:
    """How far into each bar the interval of the one before it goes, in percent."""
    overlap = 0
    for bar in bars:
        yield overlap
        overlap = reach(bar) - (bar.value or 0)


def inner_end(bar: Bar) -> float:
    """Where the interval of a bar begins, within it."""
    return (bar.value or 0) if bar.lower is None else bar.lower


def bar_layers(
    marks: list[dict],
    items: list[str],
    series: list[str],
    *,
    is_grouped: bool,
    has_legend: bool,
    padding: float,
    plot_width: float,
) -> list[altair.Chart]:
    """Bars, their intervals and the values on them."""
    chart = altair.Chart(altair.NamedData("marks"))
    colours = [PALETTE[place % len(PALETTE)] for place in range(len(series))]
    inks = [INK_INSIDE[place % len(INK_INSIDE)] for place in range(len(series))]
    across = altair.Scale(domain=[0, plot_width], nice=False)
    placed = {
        "y": altair.Y(
            "item:N",
            sort=items,
            scale=altair.Scale(paddingInner=padding, paddingOuter=padding / 2),
            axis=altair.Axis(
                title=None, labels=False, ticks=False, domainColor=INK, zindex=1
            ),
        )
    }
    if is_grouped:
        placed["yOffset"] = altair.YOffset("series:N", sort=series)

    def at(name: str) -> altair.X:
        """A place across, in pixels."""
        return altair.X(f"{name}:Q", scale=across, axis=None)

    layers = [
        chart.mark_bar().encode(
            x=at("start"),
            x2=altair.X2("end:Q"),
            color=altair.Color(
                "series:N",
                scale=altair.Scale(domain=series, range=colours),
                legend=altair.Legend(
                    title=None, orient="top", symbolType="square", symbolSize=120,
                    labelFontSize=TEXT_SIZE, labelColor=INK, labelLimit=0, offset=8,
                    columnPadding=18,
                ) if has_legend else None,
            ),
            **placed,
        )
    ]
    if any("lower" in mark for mark in marks):
        known = chart.transform_filter(altair.expr.isValid(altair.datum.lower))
        # A pale edge, for an interval on a dark bar.
        for colour, width in (("white", 3), (INK, 1.2)):
            layers.append(
                known.mark_rule(color=colour, strokeWidth=width).encode(
                    x=at("lower"), x2=altair.X2("upper:Q"), **placed
                )
            )
            layers += [
                known.mark_tick(color=colour, thickness=width, size=CAP).encode(
                    x=at(end), **placed
                )
                for end in ("lower", "upper")
            ]
    if any("outside" in mark for mark in marks):
        layers.append(
            chart.mark_text(align="left", baseline="middle")
            .transform_filter(altair.expr.isValid(altair.datum.outside))
            .encode(x=at("outside_x"), text=altair.Text("outside:N"), **placed)
        )
    for label, ink in zip(series, inks, strict=True):
        if any("inside" in mark and mark["series"] == label for mark in marks):
            layers.append(
                chart.mark_text(align="center", baseline="middle", color=ink)
                .transform_filter(
                    (altair.datum.series == label) & altair.expr.isValid(altair.datum.inside)
                )
                .encode(x=at("inside_x"), text=altair.Text("inside:N"), **placed)
            )
    return layers


def item_labels(items: dict[str, list[str]]) -> list[dict]:
    """Labels and how far their first line is above the middle of the bars."""
    return [
        {
            "item": item,
            "text": "\n".join(lines),
            "shift": -(len(lines) - 1) * LINE_HEIGHT / 2,
        }
        for item, lines in items.items()
    ]


def label_layer(items: list[str]) -> altair.Chart:
    """Labels beside the bars; a Vega axis would hang lines from the middle of the bar."""
    return (
        altair.Chart(altair.NamedData("labels"))
        .mark_text(
            align="right", baseline="middle", dx=-LABEL_GAP, dy=altair.expr("datum.shift")
        )
        .encode(
            x=altair.XValue(0),
            y=altair.Y("item:N", sort=items),
            text=altair.Text("text:N"),
        )
    )
