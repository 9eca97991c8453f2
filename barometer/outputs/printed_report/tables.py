"""A table as in print: rules above, below and under the header, numbers to the right, words to the
left."""

from collections.abc import Callable

import altair

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Table
from barometer.outputs.printed_report.typesetting import (
    INK,
    LINE_HEIGHT,
    RULE,
    page,
    placed,
    text_width,
    widest,
    wrap,
)

WIDEST_LABEL = 270
WIDEST_HEADER = 84
WIDEST_WORDS = 420
CELL_GAP = 14
MARK_GAP = 3
ROW_GAP = 12

STYLES = {
    "header": {"fontWeight": "bold"},
    "body": {},
    "body_second": {"fontStyle": "italic"},
    "total": {"fontWeight": "bold"},
    "total_second": {"fontWeight": "bold", "fontStyle": "italic"},
}


def draw_table(table: Table, wording: Wording) -> dict:
    """The table between its title and its caption."""
    language = wording.language.code
    row_labels = [wrap(row[language], WIDEST_LABEL) for row in table.rows]
    headers = [wrap(column[language], WIDEST_HEADER, is_bold=True) for column in table.columns]
    corner = wrap(wording.term(table.corner), WIDEST_LABEL, is_bold=True)
    texts = [
        [table.texts(wording, row, column) for column in range(len(headers))]
        for row in range(len(row_labels))
    ]
    if table.has_words:
        texts = [[wrap(*cell, WIDEST_WORDS) for cell in row] for row in texts]
    side = "left" if table.has_words else "right"
    marks = [
        [table.mark(wording, row, column) or "" for row in range(len(row_labels))]
        for column in range(len(headers))
    ]
    # Numbers are below one another: a mark has room of its own to the right of them.
    mark_rooms = [
        MARK_GAP + max(map(text_width, column)) if any(column) else 0 for column in marks
    ]
    label_width = max(widest(lines, is_bold=table.total_row) for lines in [*row_labels, corner])
    edges = [label_width + CELL_GAP]
    for column, header in enumerate(headers):
        numbers = [text_width(text, is_bold=True) for row in texts for text in row[column]]
        edges.append(
            edges[-1]
            + CELL_GAP
            + max(widest(header, is_bold=True), max(numbers) + mark_rooms[column])
        )
    header_height = ROW_GAP + LINE_HEIGHT * max(map(len, [*headers, corner]))
    width = edges[-1]

    words = [line_of("header", 0, header_height - ROW_GAP / 2, corner, "left", anchor="bottom")]
    sides = [edge + CELL_GAP for edge in edges[:-1]] if table.has_words else edges[1:]
    for place, header in zip(sides, headers, strict=True):
        words.append(
            line_of("header", place, header_height - ROW_GAP / 2, header, side, anchor="bottom")
        )
    rules = [(0, 2), (header_height, 1)]
    top = header_height
    for row, label in enumerate(row_labels):
        is_total = table.total_row and row == len(row_labels) - 1
        lines = max(len(label), *(len(cell) for cell in texts[row]))
        middle = top + (ROW_GAP + LINE_HEIGHT * lines) / 2
        words.append(line_of("total" if is_total else "body", 0, middle, label, "left"))
        for column, cell in enumerate(texts[row]):
            if table.has_words:
                words.append(line_of("body", sides[column], middle, cell, side))
                continue
            is_bold = is_total or (table.total_column and column == len(headers) - 1)
            for place, text in enumerate(cell):
                shift = (place - (len(cell) - 1) / 2) * LINE_HEIGHT
                style = ("total" if is_bold else "body") + ("_second" if place else "")
                right = edges[column + 1] - mark_rooms[column]
                words.append(line_of(style, right, middle + shift, [text]))
            if marks[column][row]:
                left = edges[column + 1] - mark_rooms[column] + MARK_GAP
                words.append(line_of("body", left, middle, [marks[column][row]], "left"))
        top += ROW_GAP + LINE_HEIGHT * lines
        rules.append((top, 2 if row == len(row_labels) - 1 else 0.5))
    words = grouped(words, lambda word: (word.pop("style"), word.pop("align")))
    rules = grouped(
        [{"x": 0, "y": y, "thickness": thickness} for y, thickness in rules],
        lambda rule: rule.pop("thickness"),
    )
    return page(
        [
            *(rule_layer(name, thickness, width) for name, (thickness, _) in rules.items()),
            *(word_layer(name, *kind) for name, (kind, _) in words.items()),
        ],
        {name: values for name, (_, values) in (rules | words).items()},
        (width, top),
        table.headings(wording),
        table.caption(wording),
        width,
    )


def line_of(
    style: str, x: float, y: float, lines: list[str], align: str = "right", anchor: str = "middle"
) -> dict:
    """Lines of text around a place: their middle or their bottom at y, in pixels."""
    rise = (len(lines) - 1) * LINE_HEIGHT / (2 if anchor == "middle" else 1)
    if anchor == "bottom":
        rise += LINE_HEIGHT / 2
    return {"style": style, "x": x, "y": y - rise, "text": "\n".join(lines), "align": align}


def grouped(values: list[dict], kind_of: Callable) -> dict[str, tuple]:
    """Values by kind, since a layer has one style: {name of the dataset: (kind, values)}."""
    groups = {}
    for value in values:
        groups.setdefault(kind_of(value), []).append(value)
    return {f"{kind}": (kind, members) for kind, members in groups.items()}


def word_layer(name: str, style: str, align: str) -> altair.Chart:
    """Words of one style and side."""
    return (
        placed(name)
        .mark_text(align=align, baseline="middle", **STYLES[style])
        .encode(text=altair.Text("text:N"))
    )


def rule_layer(name: str, thickness: float, width: float) -> altair.Chart:
    """Lines across the table; the thin ones between rows are light."""
    return (
        placed(name)
        .mark_rule(strokeWidth=max(thickness, 1) * 0.75, color=RULE if thickness < 1 else INK)
        .encode(x2=altair.X2Value(width))
    )

