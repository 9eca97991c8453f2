"""A figure that compares editions: a small panel an item, and in it a line through the editions.

All panels have one scale. A line is whole where its change is significant and broken where it is
not; each point has its 95% confidence interval and its value. Places are in pixels.
"""

from itertools import pairwise

import altair

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.colours import PALETTE
from barometer.outputs.printed_report.exhibits import Bar, Figure
from barometer.outputs.printed_report.typesetting import (
    CAPTION_SIZE,
    INK,
    LINE_HEIGHT,
    QUIET_INK,
    RULE,
    page,
    placed,
    wrap,
)

WIDTH = 720
PANELS_ACROSS = 3
PANEL_GAP = 24
PANEL_WIDTH = (WIDTH - (PANELS_ACROSS - 1) * PANEL_GAP) / PANELS_ACROSS
PLOT_HEIGHT = 84
ROW_GAP = 26
# Room beside the first and the last point, for their values.
MARGIN = 30
CAP = 4


def draw_lines(figure: Figure, wording: Wording) -> dict:
    """The figure between its title and its caption."""
    items = figure.items(wording.language.code)
    editions = sorted({bar.edition for bar in figure.bars})
    labels = {item: wrap(item, PANEL_WIDTH, is_bold=True) for item in items}
    reach = max(max(bar.value or 0, bar.upper or 0) for bar in figure.bars) or 1
    parts = {"rules": [], "axes": [], "lines": [], "broken": [], "points": []}
    parts |= {"labels": [], "values": [], "years": [], "changes": []}
    top, panels = 0, list(items.items())
    for place in range(0, len(panels), PANELS_ACROSS):
        row = panels[place : place + PANELS_ACROSS]
        label_height = LINE_HEIGHT * max(len(labels[item]) for item, _ in row)
        foot = top + label_height + LINE_HEIGHT + 18 + PLOT_HEIGHT
        for column, (item, bars) in enumerate(row):
            left = column * (PANEL_WIDTH + PANEL_GAP)
            parts["labels"].append(
                {"x": left, "y": top + LINE_HEIGHT / 2, "text": "\n".join(labels[item])}
            )
            add_panel(
                parts, bars, editions, wording,
                left=left, foot=foot, scale=PLOT_HEIGHT / reach, under_label=top + label_height,
            )
        top = foot + LINE_HEIGHT + ROW_GAP
    return page(
        layers_of(parts),
        {name: values for name, values in parts.items() if values},
        (WIDTH, top - ROW_GAP),
        figure.headings(wording),
        figure.caption(wording),
        WIDTH,
    )


def add_panel(
    parts: dict[str, list[dict]], bars: list[Bar], editions: list[int], wording: Wording,
    *, left: float, foot: float, scale: float, under_label: float,
) -> None:
    """The line of one item, its points with their intervals, its years and its last change."""
    room = PANEL_WIDTH - 2 * MARGIN
    span = (editions[-1] - editions[0]) or 1

    def across(edition: int) -> float:
        return left + MARGIN + room * (edition - editions[0]) / span

    bars = sorted(bars, key=lambda bar: bar.edition)
    parts["axes"].append({"x": left, "y": foot, "x2": left + PANEL_WIDTH, "y2": foot})
    for edition in editions:
        parts["years"].append(
            {"x": across(edition), "y": foot + LINE_HEIGHT / 2 + 3, "text": str(edition)}
        )
    known = [bar for bar in bars if bar.value is not None]
    for one, other in pairwise(known):
        if other.change and not other.change.is_comparable:
            continue
        is_sure = bool(other.change and other.change.is_significant)
        parts["lines" if is_sure else "broken"].append(
            {
                "x": across(one.edition), "y": foot - one.value * scale,
                "x2": across(other.edition), "y2": foot - other.value * scale,
            }
        )
    for bar in bars:
        x, highest = across(bar.edition), foot
        if bar.value is not None:
            highest = foot - bar.value * scale
            parts["points"].append({"x": x, "y": highest})
        if bar.value is not None and bar.lower is not None:
            low, highest = foot - bar.lower * scale, foot - bar.upper * scale
            parts["rules"] += [
                {"x": x, "y": low, "x2": x, "y2": highest},
                *({"x": x - CAP, "y": y, "x2": x + CAP, "y2": y} for y in (low, highest)),
            ]
        parts["values"].append({"x": x, "y": highest - 8, "text": bar.text(wording)})
    change = bars[-1].change
    if change:
        parts["changes"].append(
            {
                "x": left, "y": under_label + LINE_HEIGHT / 2,
                "text": wording.term(
                    "change_drawn" if change.is_comparable else "no_change",
                    change=wording.points(change.change), previous=change.previous,
                    verdict=wording.term(change.verdict),
                ),
            }
        )


def layers_of(parts: dict[str, list[dict]]) -> list[altair.Chart]:
    """What is drawn, the axes below and the words above."""
    colour = PALETTE[0]
    marks = {
        "axes": {"color": RULE, "strokeWidth": 1},
        "broken": {"color": colour, "strokeWidth": 1.5, "strokeDash": [5, 4]},
        "lines": {"color": colour, "strokeWidth": 3},
        "rules": {"color": INK, "strokeWidth": 1.2},
    }
    texts = {
        "labels": {"align": "left", "fontWeight": "bold"},
        "changes": {"align": "left", "color": QUIET_INK, "fontSize": CAPTION_SIZE},
        "years": {"align": "center", "color": QUIET_INK, "fontSize": CAPTION_SIZE},
        "values": {"align": "center"},
    }
    return [
        *(
            placed(name).mark_rule(**style).encode(x2=altair.X2("x2:Q"), y2=altair.Y2("y2:Q"))
            for name, style in marks.items() if parts[name]
        ),
        *(
            [placed("points").mark_circle(color=colour, size=45, opacity=1)]
            if parts["points"] else []
        ),
        *(
            placed(name).mark_text(baseline="middle", **style).encode(text=altair.Text("text:N"))
            for name, style in texts.items() if parts[name]
        ),
    ]
