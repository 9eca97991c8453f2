"""Where lines break, and what all pictures have in common.

The letters are Liberation Sans, which vl-convert brings along (SIL Open Font License), and no font of
the machine is looked at, so that a picture has the same bytes whatever fonts that has. Arial has the
same widths, for who opens an SVG without it.
"""

import os
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import altair
import vl_convert

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
TEXT_SIZE = 12
TITLE_SIZE = 16
CAPTION_SIZE = 11
LINE_HEIGHT = 14
PNG_SCALE = 2
VEGA_LITE_VERSION = ".".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])

# Where vl-convert looks for fonts, at the first picture of a process. Only Linux has it: other systems
# name theirs. Not for longer than a picture: other programs that a process starts look there too.
FONTS_VARIABLE = "FONTCONFIG_FILE"
NO_FONTS = str(Path(__file__).with_name("fonts.conf"))

INK = "#222222"
QUIET_INK = "#555555"
RULE = "#C9CDD1"
# Of the palette of Okabe and Ito, distinguished by readers with any colour vision.
ALERT_INK = "#A63C00"

# Advance widths of Liberation Sans in thousandths of the size; any other letter is as
# wide as a digit.
LETTER_WIDTHS = {
    letter: width
    for width, letters in {
        191: "'",
        222: "ijl",
        278: " !,./:;I[\\]ft",
        333: "()-`r",
        355: '"',
        389: "*",
        500: "Jckvsxyz",
        584: "+<=>",
        611: "FTZ",
        667: "&ABEKPSVXY",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        889: "%",
        944: "W",
        1015: "@",
    }.items()
    for letter in letters
}


@lru_cache(maxsize=10_000)
def text_width(text: str, size: float = TEXT_SIZE, is_bold: bool = False) -> float:
    """Width of one line in pixels; for bold a little more than it takes."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    width = sum(LETTER_WIDTHS.get(letter, 556) for letter in letters) * size / 1000
    return width * 1.1 if is_bold else width


def wrap(text: str, width: float, size: float = TEXT_SIZE, is_bold: bool = False) -> list[str]:
    """Lines no wider than `width` where words allow it, as few as fit, and about equal.

    A word that is wider than the line has a line of its own.
    """
    lines = break_lines(text, width, size, is_bold)
    narrower = width
    while narrower > 0.5 * width:
        narrower -= 0.02 * width
        candidate = break_lines(text, narrower, size, is_bold)
        if len(candidate) > len(lines) or widest(candidate, size, is_bold) > narrower:
            break
        lines = candidate
    return lines


def break_lines(text: str, width: float, size: float, is_bold: bool) -> list[str]:
    """Lines filled one after the other."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, is_bold) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def widest(lines: list[str], size: float = TEXT_SIZE, is_bold: bool = False) -> float:
    """Width of the widest line in pixels."""
    return max(text_width(line, size, is_bold) for line in lines)


def page(
    layers: list[altair.Chart],
    datasets: dict[str, list[dict]],
    size: tuple[float, float],
    headings: tuple[str, str, str],
    caption: list[str],
    width: float,
) -> dict:
    """Vega-Lite of a drawing between its title and its caption.

    Args:
        layers: what is drawn, each a chart over one of the datasets.
        datasets: data by the name that the layers give it.
        size: width and height of the drawing, in pixels.
        headings: what the drawing says, below it what it is about, and edition and status of the
            data.
        caption: paragraphs below the drawing.
        width: how wide title and caption may be, in pixels.
    """
    title, subject, status = headings
    foot = [
        line
        for text in caption
        for line in break_lines(text, width, CAPTION_SIZE, is_bold=False)
    ]
    drawing = {
        "layer": [parts_of(layer) for layer in layers],
        "width": size[0],
        "height": size[1],
        "title": {
            "text": foot, "orient": "bottom", "anchor": "start", "frame": "bounds", "offset": 16,
            "fontSize": CAPTION_SIZE, "fontWeight": "normal", "color": QUIET_INK,
            "lineHeight": LINE_HEIGHT,
        },
    }
    under_status = {
        "vconcat": [drawing],
        "title": {
            "text": break_lines(status, width, TEXT_SIZE, is_bold=False),
            "anchor": "start", "frame": "bounds", "offset": 14,
            "fontSize": TEXT_SIZE, "fontWeight": "normal", "lineHeight": LINE_HEIGHT + 2,
            "color": ALERT_INK,
        },
    }
    return {
        "vconcat": [under_status],
        "title": {
            "text": wrap(title, width, TITLE_SIZE, is_bold=True),
            "anchor": "start", "frame": "bounds", "offset": 4,
            "fontSize": TITLE_SIZE, "lineHeight": 20, "color": INK,
            "subtitle": break_lines(subject, width, TEXT_SIZE, is_bold=False),
            "subtitleFontSize": TEXT_SIZE, "subtitleLineHeight": LINE_HEIGHT + 2,
            "subtitleColor": QUIET_INK, "subtitlePadding": 6,
        },
        "padding": 20,
        "background": "white",
        "config": {
            "font": FONT,
            "aria": False,
            "view": {"stroke": None},
            "text": {
                "font": FONT, "fontSize": TEXT_SIZE, "color": INK,
                "lineBreak": "\n", "lineHeight": LINE_HEIGHT,
            },
        },
        # The key of the colours belongs to the drawing, below the status.
        "resolve": {"scale": {"color": "independent"}},
        "datasets": datasets,
    }


def parts_of(layer: altair.Chart) -> dict:
    """Vega-Lite of a layer, without what a chart by itself has.

    Put together from these: Altair copies all layers each time that it puts charts together, and
    its check takes longer than the drawing, which checks as well.
    """
    chart = layer.to_dict(validate=False)
    return {name: part for name, part in chart.items() if name not in ("$schema", "config")}


def placed(name: str) -> altair.Chart:
    """A chart over a dataset whose x and y are pixels."""
    return altair.Chart(altair.NamedData(name)).encode(
        x=altair.X("x:Q", scale=None, axis=None), y=altair.Y("y:Q", scale=None, axis=None)
    )


@contextmanager
def no_font_of_the_machine() -> Iterator[None]:
    """Have vl-convert draw with the fonts that it brings along."""
    before = os.environ.get(FONTS_VARIABLE)
    os.environ[FONTS_VARIABLE] = NO_FONTS
    try:
        yield
    finally:
        del os.environ[FONTS_VARIABLE]
        if before is not None:
            os.environ[FONTS_VARIABLE] = before


def svg_of(specification: dict, title: str, description: str) -> str:
    """SVG with a title and a description that screen readers speak."""
    with no_font_of_the_machine():
        svg = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE_VERSION)
    head, body = svg.split(">", 1)
    return (
        f'{head} role="img" aria-labelledby="title description">'
        f'<title id="title">{escape(title)}</title>'
        f'<desc id="description">{escape(description)}</desc>{body}'
    )


def png_of(svg: str) -> bytes:
    """The same picture in pixels, in a quarter of the bytes that vl-convert takes for it."""
    with no_font_of_the_machine():
        png = vl_convert.svg_to_png(svg, scale=PNG_SCALE)
    signature, packed, kept, position = png[:8], b"", [], 8
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        kind = png[position + 4 : position + 8]
        content = png[position + 8 : position + 8 + length]
        if kind == b"IDAT":
            packed += content
        else:
            kept.append(png_chunk(kind, content))
        position += length + 12
    pixels = png_chunk(b"IDAT", zlib.compress(zlib.decompress(packed), 5))
    return b"".join([signature, *kept[:-1], pixels, kept[-1]])


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG file, with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(
        ">I", zlib.crc32(kind + content)
    )
