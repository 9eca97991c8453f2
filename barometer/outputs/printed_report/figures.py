"""A figure as a bar chart: bars lie, so that long labels can be read."""

import altair

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Figure
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

# Palette of Okabe and Ito, those with the greatest difference in lightness first.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
# Ink on a bar of each colour, where a value stands inside it.
INK_INSIDE = ("white", INK, INK, INK, INK, INK)
# Editions go from the first colour, the newest, to this one, the oldest.
OLDEST_EDITION = "#8FBEE0"


def draw_figure(figure: Figure, wording: Wording) -> dict:
    """The figure between its title and its caption."""
    language = wording.language.code
    series = list(dict.fromkeys(bar.series_labels[language] for bar in figure.bars))
    items = {
        label: wrap(label, WIDEST_LABEL)
        for label in dict.fromkeys(
            bar.item_labels[language]
            for bar in sorted(figure.bars, key=lambda bar: bar.item_sort_order)
        )
    }
    label_width = max(widest(lines) for lines in items.values())
    plot_width = WIDTH - label_width - LABEL_GAP
    bars_side_by_side = len(series) if figure.chart_type == "grouped_bar" else 1
    item_height = ITEM_GAP + max(
        bars_side_by_side * BAR_HEIGHT,
        max(len(lines) for lines in items.values()) * LINE_HEIGHT,
        1.3 * BAR_HEIGHT,
    )
    colours = edition_colours(len(series)) if figure.compares_editions else PALETTE
    marks = (stacked_bars if figure.chart_type == "stacked_bar" else plain_bars)(
        figure, wording, plot_width
    )
    bar_share = bars_side_by_side * BAR_HEIGHT / item_height
    layers = bar_layers(
        marks,
        list(items),
        series,
        colours,
        is_grouped=figure.chart_type == "grouped_bar",
        has_legend=figure.chart_type != "bar",
        padding=1 - max(bar_share, 1.3 * BAR_HEIGHT / item_height),
        plot_width=plot_width,
    )
    return page(
        [label_layer(list(items)), *layers],
        {"marks": marks, "labels": item_labels(items)},
        (plot_width, item_height * len(items)),
        (figure.title(wording), figure.subtitle(wording)),
        figure.caption(wording),
        WIDTH,
    )


def plain_bars(figure: Figure, wording: Wording, plot_width: float) -> list[dict]:
    """Bars from nothing to their value, which stands at their end; x is in pixels."""
    label_room = max(text_width(bar.text(wording)) for bar in figure.bars) + 8
    scale = (plot_width - label_room) / (max(bar.value or 0 for bar in figure.bars) or 1)
    language = wording.language.code
    return [
        {
            "item": bar.item_labels[language],
            "series": bar.series_labels[language],
            "start": 0,
            "end": (bar.value or 0) * scale,
            "outside": bar.text(wording),
            "outside_x": (bar.value or 0) * scale + 5,
        }
        for bar in figure.bars
    ]


def stacked_bars(figure: Figure, wording: Wording, plot_width: float) -> list[dict]:
    """Bars one after the other, each with its value inside.

    Where one of an item is too short for its value, those of that item stand at the end.
    """
    language = wording.language.code
    stacks = {}
    for bar in figure.bars:
        stacks.setdefault(bar.item_labels[language], []).append(bar)
    joined = {
        item: " + ".join(bar.text(wording) for bar in bars)
        for item, bars in stacks.items()
    }
    label_room = max(map(text_width, joined.values())) + 8
    longest = max(sum(bar.value or 0 for bar in bars) for bars in stacks.values()) or 1
    scale = (plot_width - label_room) / longest
    marks = []
    for item, bars in stacks.items():
        fits = all(
            text_width(bar.text(wording)) + 6 <= (bar.value or 0) * scale
            for bar in bars
        )
        start = 0
        for bar in bars:
            end = start + (bar.value or 0) * scale
            mark = {
                "item": item, "series": bar.series_labels[language], "start": start, "end": end
            }
            if fits:
                mark |= {
                    "inside": bar.text(wording), "inside_x": (start + end) / 2
                }
            elif bar is bars[-1]:
                mark |= {"outside": joined[item], "outside_x": end + 5}
            marks.append(mark)
            start = end
    if all("outside" not in mark for mark in marks):
        # No value stands at an end: the bars may take that room.
        wider = plot_width / (plot_width - label_room)
        for mark in marks:
            for place in ("start", "end", "inside_x"):
                mark[place] *= wider
    return marks


def bar_layers(
    marks: list[dict],
    items: list[str],
    series: list[str],
    colours: tuple[str, ...],
    *,
    is_grouped: bool,
    has_legend: bool,
    padding: float,
    plot_width: float,
) -> list[altair.Chart]:
    """Bars and the values on them."""
    chart = altair.Chart(altair.NamedData("marks"))
    colours = [colours[place % len(colours)] for place in range(len(series))]
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
    layers = [
        chart.mark_bar().encode(
            x=altair.X("start:Q", scale=across, axis=None),
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
    if any("outside" in mark for mark in marks):
        layers.append(
            chart.mark_text(align="left", baseline="middle")
            .transform_filter(altair.expr.isValid(altair.datum.outside))
            .encode(x=altair.X("outside_x:Q", scale=across, axis=None), text=altair.Text("outside:N"), **placed)
        )
    for label, ink in zip(series, inks, strict=True):
        if any("inside" in mark and mark["series"] == label for mark in marks):
            layers.append(
                chart.mark_text(align="center", baseline="middle", color=ink)
                .transform_filter(
                    (altair.datum.series == label) & altair.expr.isValid(altair.datum.inside)
                )
                .encode(
                    x=altair.X("inside_x:Q", scale=across, axis=None), text=altair.Text("inside:N"), **placed
                )
            )
    return layers


def item_labels(items: dict[str, list[str]]) -> list[dict]:
    """Labels and how far their first line stands above the middle of the bars."""
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


def edition_colours(count: int) -> tuple[str, ...]:
    """Colours of editions, oldest first: one hue, the newer the darker."""
    light, dark = (
        [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        for colour in (OLDEST_EDITION, PALETTE[0])
    )
    shares = [place / (count - 1) if count > 1 else 1 for place in range(count)]
    return tuple(
        "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(light, dark, strict=True))
        for share in shares
    )
