"""The report in print: its numbers and words, its pictures, and the files of a whole build."""

import csv
import os
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import duckdb
import openpyxl
import playwright
import pyarrow as pa
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from barometer.outputs.language.wording import LANGUAGES, Wording
from barometer.outputs.printed_report.colours import PALETTE, edition_colours
from barometer.outputs.printed_report.exhibits import Bar, Change, Figure, Table, read_exhibits
from barometer.outputs.printed_report.lines import add_panel
from barometer.outputs.page_frame.frame import Publication, wordings_of
from barometer.outputs.printed_report.pictures import (
    Picture,
    draw,
    drawn_with,
    processors,
    specification,
)
from barometer.outputs.printed_report.report_folder import (
    csv_records,
    write_exhibit,
    write_index,
    write_report,
)
from barometer.outputs.printed_report.typesetting import png_of, svg_of, text_width, wrap
from barometer.system.whole_files import place
from helpers import published_marts, read_rows, reference

SVG = "{http://www.w3.org/2000/svg}"
TERMS = pa.Table.from_pylist(reference("report_terms"))
NL, EN = (Wording(language, TERMS) for language in LANGUAGES)
WORDINGS = {"nl": NL, "en": EN}
TEXTS = pa.Table.from_pylist(reference("site_texts"))
PUBLICATION = pa.Table.from_pylist(reference("publication"))


def texts(svg):
    """What an SVG says where a reader can see it, one string a text element."""
    return [
        " ".join(" ".join(element.itertext()).split())
        for element in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


def same(text):
    """A label in both languages."""
    return {"nl": text, "en": text}


def drawn_svg(exhibit, wording):
    """The SVG of a figure or table."""
    return svg_of(specification(Picture(exhibit, wording)), "t", "d")


def figure(chart_type="grouped_bar", compares_editions=False, **values):
    """A small figure: values by series, an item each."""
    return Figure(
        name="figure", edition=1999, number=7, titles={"nl": "Titel", "en": "Title"},
        statuses={1999: "synthetic"}, respondents={1999: 1234}, notes=same("Whoever was asked"),
        chart_type=chart_type, compares_editions=compares_editions,
        bars=tuple(
            Bar(1999, same(series), same(f"item {place}"), place, value, 617)
            for series, items in values.items()
            for place, value in enumerate(items)
        ),
    )


TABLE = Table(
    name="table", edition=1999, number=2, titles={"nl": "Titel", "en": "Title"},
    statuses={1999: "final"}, respondents={}, notes={}, corner="sector",
    rows=(same("A row"), same("Total")), columns=(same("Left"), same("Right")),
    measures=("population_count", "sampled_count"),
    cells={(0, 0): (1000, 100), (0, 1): (2000, 200), (1, 0): (3000, 300), (1, 1): (4000, None)},
    total_row=True, total_column=False,
)


@pytest.mark.parametrize(
    ("wording", "method", "value", "printed"),
    [
        (NL, "percentage", 12.3, "12,3%"),
        (EN, "percentage", 12.3, "12.3%"),
        (NL, "percentage", 0.0, "0,0%"),
        (EN, "percentage", 100.0, "100.0%"),
        (NL, "percentage", None, "–"),
        (NL, "decimal", 7.0, "7,0"),
        (EN, "decimal", None, "–"),
        (NL, "count", 1234567, "1.234.567"),
        (EN, "count", 1234567, "1,234,567"),
        (NL, "count", 0, "0"),
        (EN, "count", None, "–"),
    ],
)
def test_numbers(wording, method, value, printed):
    """Marks of the language; a missing number is a dash."""
    assert getattr(wording, method)(value) == printed


@pytest.mark.parametrize(
    ("statuses", "printed"),
    [
        ({1999: "synthetic"}, "Editie 1999 – synthetische data"),
        ({2001: "final", 1999: "final"}, "Edities 1999, 2001 – definitieve cijfers"),
        (
            {1999: "synthetic", 2001: "final"},
            "Edities 1999 (synthetische data), 2001 (definitieve cijfers)",
        ),
    ],
)
def test_editions_and_status(statuses, printed):
    """The status is written once, or with each edition where they differ."""
    assert NL.editions(statuses) == printed


def test_respondents():
    """N alone, or one N an edition."""
    assert NL.respondents({1999: 1234}) == "N=1.234"
    assert EN.respondents({2001: 5678, 1999: 1234}) == "N=1,234 (1999); N=5,678 (2001)"


def test_unknown_term_says_where_it_is_missing():
    """The message names the seed and the term."""
    with pytest.raises(KeyError, match="report_terms.csv: found no term_id nowhere"):
        NL.term("nowhere")


@pytest.mark.parametrize("text", ["N={cuont}", "N={0}", "N={}", "N={count", "N={count.size}", "N={count:q}"])
def test_braces_that_mean_nothing_are_a_sentence(text):
    """With the seed, the term, what it is, and what may be between braces."""
    rows = [row | {"label_nl": text if row["term_id"] == "respondents" else row["label_nl"]} for row in TERMS.to_pylist()]
    with pytest.raises(ValueError) as fault:
        Wording(LANGUAGES[0], pa.Table.from_pylist(rows)).respondents({1999: 1234})
    assert str(fault.value) == (
        "seeds/reference/report_terms.csv or site_texts.csv, term_id respondents, column label_nl: found braces that mean "
        f"nothing in {text!r}; expected {{count}}"
    )


@given(st.lists(st.text("aiWm-é", min_size=1, max_size=15), min_size=1), st.integers(20, 300))
def test_wrapping_keeps_every_word(words, width):
    """No word is lost or moved, and only a word alone is wider than the line."""
    lines = wrap(" ".join(words), width)
    assert " ".join(lines).split() == words
    for line in lines:
        assert text_width(line) <= width or " " not in line


def test_wrapping_balances():
    """Two lines are about equal, not one full and one with a word."""
    one, other = wrap("Moeilijkheden om nieuwe werknemers aan te werven", 250)
    assert abs(text_width(one) - text_width(other)) < 60


def test_edition_colours():
    """As many colours as editions, the newest the darkest."""
    assert edition_colours(1) == (PALETTE[0],)
    for count in (2, 6):
        colours = edition_colours(count)
        assert len(set(colours)) == count and colours[-1] == PALETTE[0]
        lightness = [sum(bytes.fromhex(colour[1:])) for colour in colours]
        assert lightness == sorted(lightness, reverse=True)


def test_png_keeps_its_pixels():
    """The smaller file has the same header and, unpacked, the same bytes."""
    svg = drawn_svg(figure(one=[10.0, 20.0]), NL)
    packed, original = png_of(svg), vl_convert.svg_to_png(svg, scale=2)
    assert len(packed) < len(original) / 2
    unpacked = []
    for png in (packed, original):
        start = png.index(b"IDAT")
        (length,) = struct.unpack_from(">I", png, start - 4)
        unpacked.append((png[: start - 4], zlib.decompress(png[start + 4 : start + 4 + length])))
        assert zlib.crc32(png[start : start + 4 + length]) == struct.unpack_from(
            ">I", png, start + 4 + length
        )[0]
    assert unpacked[0] == unpacked[1]


@pytest.mark.parametrize("chart_type", ["bar", "grouped_bar", "stacked_bar"])
def test_figure_says_everything(chart_type):
    """Title, status, items, values with a missing one, N, who it is about, the source."""
    drawn = figure(chart_type, **({"one": [12.5, None]} if chart_type == "bar" else
                                  {"one": [12.5, 30.0], "other": [50.0, None]}))
    said = " | ".join(texts(drawn_svg(drawn, NL)))
    for part in ("Figuur 7: Titel", "Editie 1999 – synthetische data", "item 0", "item 1",
                 "12,5%", "–", "N=1.234", "Whoever was asked", "Bron: "):
        assert part in said, part
    assert ("other" in said) == (chart_type != "bar")


def test_short_segments_have_their_values_at_the_end():
    """A value that does not fit its part of a bar is after the bar, with the others."""
    said = texts(drawn_svg(figure("stacked_bar", a=[60.0, 1.0], b=[30.0, 20.0]), EN))
    assert {"60.0%", "30.0%", "1.0% + 20.0%"} <= set(said)
    assert not {"1.0%", "20.0%"} & set(said)


def test_bars_are_as_long_as_their_values():
    """Grouped bars begin at the axis, and their lengths have the ratios of the values."""
    svg = drawn_svg(figure(one=[10.0, 20.0], other=[40.0, 5.0]), EN)
    lengths = sorted(
        float(re.search(r"h([\d.]+)", path.get("d")).group(1))
        for group in ElementTree.fromstring(svg).iter(f"{SVG}g")
        if group.get("class", "").startswith("mark-rect")
        for path in group
    )
    assert [length / lengths[0] for length in lengths] == pytest.approx([1, 2, 4, 8])


def compared(*changes):
    """A figure of three editions with two items, of which the first rose for sure."""
    exhibit = figure("line", compares_editions=True)
    moved = [
        Change(5.0, 1.0, 9.0, True, True, None, "A", 1999),
        Change(-0.5, -3.0, 2.0, False, True, None, "A", 1999),
    ]
    return replace(
        exhibit, statuses=dict.fromkeys((1997, 1999, 2002), "final"),
        respondents={1997: 90, 1999: 100, 2002: 110}, edition=2002,
        bars=tuple(
            Bar(
                edition, same(str(edition)), same(item), place, value, 50, lower=value - 2,
                upper=value + 2, place=3 - place,
                change=moved[place - 1] if edition == 2002 else None,
            )
            for edition, values in ((1997, (10.0, 30.5)), (1999, (20.0, 31.0)), (2002, (25.0, 30.5)))
            for place, (item, value) in enumerate(zip(("First", "Second"), values, strict=True), 1)
        ),
    )


@pytest.mark.parametrize("wording", [NL, EN], ids=["nl", "en"])
def test_editions_are_lines(wording):
    """A panel an item in the order of the newest edition, with every edition, value, interval and
    verdict; a line is whole where the change is significant.
    """
    exhibit = compared()
    drawn = specification(Picture(exhibit, wording))["datasets"]
    assert [label["text"] for label in drawn["labels"]] == ["Second", "First"]
    assert len(drawn["points"]) == 6 and len(drawn["lines"]) == 1 and len(drawn["broken"]) == 3
    assert len(drawn["rules"]) == 6 * 3
    (sure,) = drawn["lines"]
    heights = {value["text"]: point["y"] for value, point in zip(drawn["values"], drawn["points"], strict=True)}
    assert (sure["y"], sure["y2"]) == (
        heights[wording.percentage(20.0)], heights[wording.percentage(25.0)]
    )
    # Editions are as far apart as in time, and the panels have one scale.
    years = [year["x"] for year in drawn["years"][:3]]
    assert (years[1] - years[0]) * 3 == pytest.approx((years[2] - years[0]) * 2 - (years[1] - years[0]) * 2)
    said = " | ".join(texts(drawn_svg(exhibit, wording)))
    for part in ("1997", "1999", "2002", wording.term("significant"), wording.term("not_significant"),
                 wording.term("intervals_drawn"), wording.term("lines_drawn"), wording.points(5.0)):
        assert part in said, part


def test_bars_are_drawn_in_their_place():
    """By the place that the mart gives them, whatever the order of the report."""
    drawn = figure("bar", one=[10.0, 30.0, 20.0])
    bars = tuple(replace(bar, place=place) for bar, place in zip(drawn.bars, (3, 1, 2), strict=True))
    labels = specification(Picture(replace(drawn, bars=bars), NL))["datasets"]["labels"]
    assert [label["item"] for label in labels] == ["item 1", "item 2", "item 0"]


@pytest.mark.parametrize("chart_type", ["bar", "grouped_bar", "stacked_bar"])
def test_intervals_are_across_their_bars(chart_type):
    """From the lower end to the upper one, on the scale of the bars; none where it is withheld."""
    drawn = figure(chart_type, one=[40.0, None])
    bars = (replace(drawn.bars[0], lower=30.0, upper=60.0), drawn.bars[1])
    marks = specification(Picture(replace(drawn, bars=bars), NL))["datasets"]["marks"]
    known, withheld = marks
    assert known["lower"] / known["end"] == pytest.approx(0.75)
    assert known["upper"] / known["end"] == pytest.approx(1.5)
    assert "lower" not in withheld and known.get("outside_x", known["upper"]) >= known["upper"]


def test_a_finding_is_the_title_and_its_subject_below():
    """The sentence, then number, title, unit, base and N; without a sentence number and title."""
    plain = figure(one=[12.5])
    finding = replace(
        plain, headlines={"nl": "Iets is meer", "en": "More of it"},
        measured={"nl": "% van iedereen", "en": "% of everybody"},
    )
    assert finding.headings(NL) == (
        "Iets is meer", "Figuur 7: Titel – % van iedereen, N=1.234", "Editie 1999 – synthetische data"
    )
    assert plain.title(EN) == plain.label(EN) == finding.label(EN) == "Figure 7: Title"
    said = texts(drawn_svg(finding, EN))
    assert {"More of it", "Edition 1999 – synthetic data"} <= set(said)
    assert "Figure 7: Title – % of everybody, N=1,234" in said


def test_table_says_everything():
    """Headers, labels and each number of a cell on a line of its own."""
    said = texts(drawn_svg(TABLE, EN))
    assert {"Table 2: Title", "Edition 1999 – final figures", "Sector", "Left", "Right", "A row",
            "Total", "1,000", "100", "4,000", "–"} <= set(said)


def test_csv_of_a_table():
    """Bare numbers, one row a measure, an empty cell where there is no number."""
    assert csv_records(TABLE, EN) == [
        ["Edition", "Status", "Sector", "Count", "Left", "Right"],
        [1999, "final figures", "A row", "Population", 1000, 2000],
        [1999, "final figures", "A row", "Sample", 100, 200],
        [1999, "final figures", "Total", "Population", 3000, 4000],
        [1999, "final figures", "Total", "Sample", 300, None],
    ]


def written(exhibit, wording, place):
    """Draw a table or figure, and write it."""
    (drawing,) = draw([Picture(exhibit, wording)], place / "kept")
    write_exhibit(exhibit, wording, drawing, place)


def test_csv_opens_in_excel(tmp_path):
    """Dutch: byte order mark, semicolon, decimal comma; English: none, comma, point."""
    for wording in (NL, EN):
        written(figure(one=[12.5, None]), wording, tmp_path / wording.language.code)
    assert (tmp_path / "nl" / "figure.csv").read_bytes() == (
        "\ufeffEditie;Status;Reeks;Item;Percentage;N;Opmerking\r\n"
        "1999;synthetische data;one;item 0;12,5;617;\r\n"
        "1999;synthetische data;one;item 1;;617;\r\n"
    ).encode()
    assert (tmp_path / "en" / "figure.csv").read_bytes() == (
        b"Edition,Status,Series,Item,Percentage,N,Mark\r\n"
        b"1999,synthetic data,one,item 0,12.5,617,\r\n"
        b"1999,synthetic data,one,item 1,,617,\r\n"
    )


@pytest.mark.parametrize("name", ["../figure", "a/figure", "/nowhere/figure", "figure\0"])
def test_a_name_that_leads_elsewhere_writes_nothing(tmp_path, name):
    """Not outside the folder, and not in another one of it."""
    (tmp_path / "report" / "a").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="as the name of a file to write; expected .* stays as it was"):
        write_exhibit(replace(TABLE, name=name), EN, ("<svg/>", b""), tmp_path / "report")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_folder_is_no_place_for_a_file(tmp_path, name):
    """The folder itself, and the one above it; a name with dots is a name."""
    with pytest.raises(ValueError, match="folder .*: found "):
        place(tmp_path, name)
    assert place(tmp_path, "..figure.csv") == tmp_path / "..figure.csv"


@pytest.mark.parametrize("drawn", [figure(one=[1.0, 2.0], other=[3.0, 4.0]), TABLE],
                         ids=["figure", "table"])
def test_special_characters_are_text(drawn, tmp_path):
    """What XML takes for markup is in titles as text."""
    written(replace(drawn, titles=same("a < b & c")), EN, tmp_path)
    svg = (tmp_path / f"{drawn.name}.svg").read_text(encoding="utf-8")
    assert "a < b & c" in ElementTree.fromstring(svg).find(f"{SVG}title").text
    assert any("a < b & c" in text for text in texts(svg))


MARKED = replace(
    TABLE, measures=(), total_row=False,
    cells={(0, 0): (12.5,), (0, 1): (7.5,), (1, 0): (None,), (1, 1): (99.9,)},
    cell_codes={(0, 0): "U", (0, 1): "A", (1, 0): "D", (1, 1): "U"},
)


@pytest.mark.parametrize("wording", [NL, EN], ids=["nl", "en"])
def test_unreliable_and_confidential_numbers_are_marked(wording):
    """Each such number has its mark beside it, and each mark one line that explains it."""
    drawn = figure("bar", one=[12.5, 7.5, None])
    bars = [replace(bar, cell_status=status) for bar, status in zip(drawn.bars, "UAC", strict=True)]
    said = texts(drawn_svg(replace(drawn, bars=tuple(bars)), wording))
    values = [wording.percentage(value) for value in (12.5, 7.5, None)]
    unreliable, confidential = wording.mark("U"), wording.mark("C")
    assert {f"{values[0]} {unreliable}", values[1], f"{values[2]} {confidential}"} <= set(said)
    table = texts(drawn_svg(MARKED, wording))
    assert set(values) <= set(table)
    assert table.count(unreliable) == 2 and table.count(confidential) == 1
    for lines in (" ".join(said), " ".join(table)):
        for status in "UC":
            assert lines.count(wording.term(f"legend_{status}", mark=wording.mark(status))) == 1
    free = " ".join(texts(drawn_svg(drawn, wording)))
    assert unreliable not in free and wording.mark("A") is None is wording.mark("F")


def test_marks_in_a_csv_leave_the_numbers_bare():
    """A figure has a column for them; a table lists them behind its row."""
    assert csv_records(MARKED, EN)[1:] == [
        [1999, "final figures", "A row", "12.5", "7.5", "Left (u)"],
        [1999, "final figures", "Total", None, "99.9", "Left (c) | Right (u)"],
    ]
    drawn = figure(one=[12.5])
    drawn = replace(drawn, bars=(replace(drawn.bars[0], cell_status="U"),))
    assert csv_records(drawn, EN)[1][-3:] == ["12.5", 617, "(u)"]


def test_marks_leave_numbers_below_one_another():
    """The numbers of a column end at the same place, with a mark or without."""
    drawn = specification(
        Picture(replace(MARKED, cell_codes=MARKED.cell_codes | {(1, 0): "A"}), EN)
    )["datasets"]
    ends = {
        word["text"]: word["x"] for words in drawn.values() for word in words if "text" in word
    }
    assert ends["12.5%"] == ends["–"] and ends["7.5%"] == ends["99.9%"]


def test_every_unreliable_estimate_is_marked(report, marts):
    """As many marks in the CSV files as there are unreliable cells in the marts."""
    newest, exhibits = expected_exhibits(marts)
    mark = EN.mark("U")
    expected, found = 0, 0
    for edition, name in exhibits:
        found += (report / str(edition) / "en" / f"{name}.csv").read_text("utf-8").count(mark)
        expected += marts.execute(
            "select count(*) from marts.rpt_figures where obs_status = 'U' "
            "and figure = $1 and (compares_editions or edition = $2)",
            [name, edition],
        ).fetchone()[0]
    for table in reference("report_tables"):
        if table["domain"]:
            indicators = [
                row["indicator_id"]
                for row in reference("indicators")
                if table["table_id"] in row["source"].split("|")
            ]
            expected += marts.execute(
                "select count(*) from marts.fct_estimates where obs_status = 'U' "
                "and base_id = $1 and domain = $2 and list_contains($3, indicator_id)",
                [table["base_id"], table["domain"], indicators],
            ).fetchone()[0]
    assert found == expected > 100


@pytest.fixture
def two_editions():
    """Marts with two editions, of which the older lacks a figure and an indicator."""
    with duckdb.connect() as session:
        session.execute(
            """
            create schema marts;
            create table marts.dim_editions as
            select *, null::date as publication_date, date '2001-09-30' as fieldwork_end
            from (values (1999, 'synthetic'), (2001, 'final')) as t (edition, status);
            create table marts.dim_indicators as
            select * from (values ('x', 'X nl', 'X en'), ('y', 'Y nl', 'Y en'))
            as t (indicator_id, label_nl, label_en);
            create table marts.rpt_table_1 as
            select
                *, to_json({
                    'x': concat_ws('|', edition, 'x', sector_code),
                    'y': concat_ws('|', edition, 'y', sector_code)
                })::varchar as cell_ids
            from (values
                (1999, 'b', 'B nl', 'B en', 2, 1.5::double, null::double),
                (1999, 'a', 'A nl', 'A en', 1, 2.5, null),
                (2001, 'a', 'A nl', 'A en', 1, 3.5, 4.5)
            ) as t (edition, sector_code, label_nl, label_en, sort_order, x, y);
            create table marts.rpt_headlines as
            select
                2001::smallint as edition, 'both' as exhibit, 'More nl' as headline_nl,
                'More en' as headline_en, '% nl' as measured_nl, '% en' as measured_en;
            create table marts.fct_changes as
            select
                '2001|x|total' as cell_id, 1999 as previous_edition, 1.0::double as change_pp,
                -1.0::double as ci_lower_pp, 3.0::double as ci_upper_pp, false as is_significant,
                true as is_comparable, null::varchar as comparability_reason, 'A' as obs_status;
            create table marts.fct_estimates as
            select
                edition, indicator_id, 'all' as base_id, category,
                if(category = 'total', 'total', 'sector') as domain,
                2.0::double as ci_lower_pct, 6.0::double as ci_upper_pct,
                concat_ws('|', edition, indicator_id, category) as cell_id,
                if(category = 'b', 'U', 'A') as obs_status,
                if(category = 'a' and indicator_id = 'y', 'C', 'F') as conf_status
            from (select unnest([1999, 2001]) as edition)
            cross join (select unnest(['x', 'y']) as indicator_id)
            cross join (select unnest(['a', 'b', 'total']) as category);
            create table marts.rpt_figures as
            select
                * replace (value_pct::double as value_pct), 'F' as conf_status,
                if(value_pct = 3, 'U', 'A') as obs_status, 'T nl' as title_nl, 'T en' as title_en, 'grouped_bar' as chart_type,
                figure = 'both' as compares_editions, edition as base_respondent_count,
                edition + 1 as respondent_count, null::varchar as base_note_nl, null::varchar as base_note_en,
                edition::varchar as series_label_nl, edition::varchar as series_label_en,
                edition as series_sort_order, 1 as item_sort_order, 1 as display_sort_order,
                edition || '|x|total' as cell_id,
                'I nl' as item_label_nl, 'I en' as item_label_en
            from (values
                (1999, 'single', 1, 1.25), (2001, 'single', 1, 2.0), (2001, 'newer', 2, 3.0),
                (1999, 'both', 3, 4.0), (2001, 'both', 3, 5.0)
            ) as t (edition, figure, figure_sort_order, value_pct);
            """
        )
        yield session


TABLES = pa.Table.from_pylist(
    [
        {
            "table_id": "table_x", "sort_order": 1, "mart_name": "rpt_table_1", "base_id": "all",
            "title_nl": "T nl", "title_en": "T en", "row_dimension": "sector",
            "column_dimension": None, "domain": "sector", "row_label": "{label} ({code})",
            "column_label": None,
        }
    ]
)
CAPTIONS = pa.Table.from_pylist(
    [
        {
            "edition": edition, "exhibit": "table_x", "base_respondent_count": edition,
            "base_note_nl": None, "base_note_en": None,
        }
        for edition in (1999, 2001)
    ]
)


def test_exhibits_of_two_editions(two_editions):
    """Each edition has what it asked; comparisons are with the newest."""
    exhibits = {
        (exhibit.edition, exhibit.name): exhibit
        for exhibit in read_exhibits(two_editions, TABLES, CAPTIONS, TERMS)
    }
    assert set(exhibits) == {
        (1999, "table_x"), (2001, "table_x"), (1999, "single"), (2001, "single"),
        (2001, "newer"), (2001, "both"),
    }
    both = exhibits[2001, "both"]
    assert both.statuses == {1999: "synthetic", 2001: "final"}
    assert both.respondents == {1999: 1999, 2001: 2001}
    assert [(bar.edition, bar.value, bar.respondents) for bar in both.bars] == [
        (1999, 4.0, 2000), (2001, 5.0, 2002),
    ]
    assert both.title(EN) == "More en" and both.subject(NL).endswith("– % nl, N=1.999 (1999); N=2.001 (2001)")
    assert [bar.change and bar.change.previous for bar in both.bars] == [None, 1999]
    assert exhibits[2001, "single"].bars[0].change is None
    assert [(bar.lower, bar.upper, bar.cell) for bar in both.bars] == [
        (2.0, 6.0, ("x", "all", "total", "total"))
    ] * 2
    assert exhibits[2001, "single"].title(EN) == "Figure 1: T en"
    # Rounded as the tables are: half away from zero, which Python does not.
    assert [bar.value for bar in exhibits[1999, "single"].bars] == [1.3]
    older, newer = exhibits[1999, "table_x"], exhibits[2001, "table_x"]
    assert [row["nl"] for row in older.rows] == ["A nl (a)", "B nl (b)"]
    assert [column["en"] for column in older.columns] == ["X en"]
    assert [column["en"] for column in newer.columns] == ["X en", "Y en"]
    assert older.cells == {(0, 0): (2.5,), (1, 0): (1.5,)}
    assert older.respondents == {1999: 1999}
    assert older.cell_codes == {(0, 0): "A", (1, 0): "U"}
    assert newer.cell_codes == {(0, 0): "A", (0, 1): "C"}
    assert exhibits[2001, "newer"].cell_statuses() == {"U"}


def test_index_links_to_every_file(two_editions, tmp_path):
    """Every file is linked, every link leads to a file, and none leads elsewhere."""
    write_report(
        two_editions, TABLES, CAPTIONS, TERMS, TEXTS, PUBLICATION, tmp_path / "report", tmp_path / "kept"
    )
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    links = {link for link in re.findall(r'(?:src|href)="([^"#]+)"', page)}
    assert {"data:,", "../index.html"} < links
    links -= {"data:,", "../index.html"}
    assert links == {
        path.relative_to(tmp_path / "report").as_posix()
        for path in (tmp_path / "report").rglob("*.*")
        if path.name != "index.html"
    }
    assert len(links) == 6 * 2 * 3 + 2 * 2
    assert "http" not in page and "<script" not in page


def test_index_shows_a_title_as_it_is(tmp_path):
    """A sign that means something in HTML is text."""
    exhibit = replace(figure(one=[10.0]), headlines={"nl": "a <b> & \"c\"", "en": "a <b>"})
    publication = Publication({row["item_id"]: row for row in PUBLICATION.to_pylist()}, None, True)
    write_index([exhibit], wordings_of(TERMS, TEXTS), publication, tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "a &lt;b&gt; &amp; &#34;c&#34;" in page and "<b>" not in page


@pytest.fixture(scope="module")
def report(built_project):
    """The folder `report` of a whole build."""
    return built_project / "release" / "public" / "report"


@pytest.fixture(scope="module")
def marts(built_project):
    """The released database."""
    with duckdb.connect(
        str(built_project / "release" / "internal" / "ai_barometer.duckdb"), read_only=True
    ) as connection:
        yield connection


def pictures(report):
    """Text of every SVG by path."""
    found = {path: path.read_text(encoding="utf-8") for path in report.rglob("*.svg")}
    assert found
    return found


def expected_exhibits(marts):
    """Edition and name of every exhibit that the marts hold."""
    newest = marts.sql("select max(edition) from marts.dim_editions").fetchone()[0]
    found = {
        (newest if compares_editions else edition, name)
        for edition, name, compares_editions in marts.sql(
            "select distinct edition, figure, compares_editions from marts.rpt_figures"
        ).fetchall()
    }
    for row in reference("report_tables"):
        found |= {
            (edition, row["table_id"])
            for (edition,) in marts.sql(
                f"select distinct edition from marts.{row['mart_name']}"
            ).fetchall()
        }
    return newest, found


def test_every_exhibit_has_its_files(report, marts):
    """Each table and figure in both languages and three forms, and nothing else."""
    newest, exhibits = expected_exhibits(marts)
    names = {row["figure"] for row in reference("figure_titles")}
    names |= {row["table_id"] for row in reference("report_tables")}
    assert len(names) == 27 and {name for edition, name in exhibits if edition == newest} == names
    assert {path.relative_to(report).as_posix() for path in report.rglob("*.*")} == {
        f"{edition}/{language}/{name}.{ending}"
        for edition, name in exhibits
        for language in WORDINGS
        for ending in ("svg", "png", "csv")
    } | {"index.html"} | {
        f"{edition}/{language}/ai_barometer_{edition}_{language}.xlsx"
        for edition, _ in exhibits for language in WORDINGS
    }
    for path in report.rglob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS)
def test_a_workbook_has_what_is_printed(report, marts, wording):
    """A sheet for each table and figure, with a chart and one page of paper; numbers and intervals are
    those of the CSV and of the marts, and no column is of marks."""
    newest, exhibits = expected_exhibits(marts)
    code = wording.language.code
    folder = report / str(newest) / code
    workbook = openpyxl.load_workbook(folder / f"ai_barometer_{newest}_{code}.xlsx")
    contents, *sheets = workbook.worksheets
    status = wording.term(marts.sql(f"select status from marts.dim_editions where edition = {newest}").fetchone()[0])
    linked = {cell.hyperlink.location.split("!")[0].strip("'") for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert linked == {sheet.title for sheet in sheets} and len(sheets) == len([e for e, _ in exhibits if e == newest])
    words = 0
    for sheet in workbook.worksheets:
        texts_of = [cell.value for row in sheet.iter_rows(max_row=6) for cell in row if isinstance(cell.value, str)]
        assert any(status in text for text in texts_of), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight in (None, 1)
        assert wording.term("csv_mark") not in [cell.value for cell in sheet[6]]
    for sheet in sheets:
        if not sheet._charts:
            words += 1
            continue
        (chart,) = sheet._charts
        values = chart.series[0].val.numRef.f
        assert values.startswith(f"'{sheet.title}'!") or values.startswith(f"{sheet.title}!")
    assert words == 1
    for row in reference("figure_titles"):
        sheet = workbook[wording.term("workbook_figure", number=row["sort_order"])]
        with (folder / f"{row['figure']}.csv").open(encoding=wording.language.csv_encoding) as file:
            printed_rows = list(csv.DictReader(file, delimiter=wording.language.csv_delimiter))
        percentage = wording.term("csv_percentage")
        expected = sorted(row[percentage].replace(",", ".") for row in printed_rows if row[percentage])
        found = sorted(
            f"{cell.value:.1f}" for line in sheet.iter_rows(min_row=7, min_col=2) for cell in line
            if isinstance(cell.value, int | float)
        )
        assert found == expected, sheet.title
    with_interval = marts.sql(
        f"""
        select count(*) from marts.rpt_figures as figures join marts.fct_estimates using (cell_id)
        where ci_lower_pct is not null and figures.figure = '{reference("figure_titles")[1]["figure"]}'
            and figures.edition = {newest}
        """
    ).fetchone()[0]
    sheet = workbook[wording.term("workbook_figure", number=reference("figure_titles")[1]["sort_order"])]
    intervals = [
        cell.value for line in sheet.iter_rows(min_row=7, min_col=3) for cell in line
        if isinstance(cell.value, str) and re.fullmatch(r"[0-9]+[.,][0-9] – [0-9]+[.,][0-9]", cell.value)
    ]
    assert len(intervals) == with_interval > 0


def test_synthetic_is_on_every_picture(report, marts):
    """A picture of a synthetic edition says so where the reader sees it."""
    statuses = dict(marts.sql("select edition, status from marts.dim_editions").fetchall())
    for path, svg in pictures(report).items():
        wording = WORDINGS[path.parent.name]
        status = wording.term(statuses[int(path.parent.parent.name)])
        assert any(status in text for text in texts(svg)), path
        with path.with_suffix(".csv").open(encoding="utf-8") as file:
            assert status in file.readlines()[-1], path


def test_pictures_say_what_their_csv_says(report):
    """Each label and each number of the CSV can be read in the picture, nothing cut off."""
    for path, svg in pictures(report).items():
        wording = WORDINGS[path.parent.name]
        language = wording.language
        with path.with_suffix(".csv").open(encoding=language.csv_encoding, newline="") as file:
            header, *records = csv.reader(file, delimiter=language.csv_delimiter)
        said = texts(svg)
        lines = " ".join(said)
        is_figure = wording.term("csv_percentage") in header
        assert "…" not in lines and records, path
        for record in records:
            if is_figure:
                item, value = record[3], record[4]
                assert item in said, (path, item)
                value = f"{value}%" if value else wording.term("no_value")
                assert re.search(rf"(^|\s){re.escape(value)}(\s|$)", lines), (path, value)
            else:
                is_count = wording.term("csv_count") in header
                if not is_count and wording.term("csv_mark") not in header:
                    assert set(record[2:]) <= set(said), (path, record)
                    continue
                assert record[2] in said, (path, record[2])
                for value in record[3 + is_count : len(header) - (not is_count)]:
                    if not value:
                        number = wording.term("no_value")
                    else:
                        number = wording.count(int(value)) if is_count else f"{value}%"
                    assert number in said, (path, number)
        if not is_figure and wording.term("csv_mark") not in header and not is_count:
            assert set(header[2:]) <= set(said), path
        elif not is_figure:
            for label in header[3 + is_count : len(header) - (not is_count)]:
                assert label in said, (path, label)


def printed(value, decimal_mark):
    """A percentage of a mart as the report prints it."""
    return "" if value is None else f"{value:.1f}".replace(".", decimal_mark)


@pytest.mark.parametrize("wording", [NL, EN], ids=["nl", "en"])
def test_csv_of_tabel_3_is_the_mart(report, marts, wording):
    """Sectors down and technologies across, in the order and with the numbers of the mart."""
    labels = {
        row["indicator_id"]: row[f"label_{wording.language.code}"]
        for row in reference("indicators")
    }
    for (edition,) in marts.sql("select distinct edition from marts.rpt_table_3").fetchall():
        rows = marts.sql(
            f"select * from marts.rpt_table_3 where edition = {edition} order by sort_order"
        ).to_arrow_table().to_pylist()
        indicators = [
            name for name in rows[0] if name in labels and any(row[name] is not None for row in rows)
        ]
        path = report / str(edition) / wording.language.code / "tabel_3.csv"
        with path.open(encoding=wording.language.csv_encoding, newline="") as file:
            header, *records = csv.reader(file, delimiter=wording.language.csv_delimiter)
        assert header[3:-1] == [labels[name] for name in indicators] != []
        assert [record[3:-1] for record in records] == [
            [printed(row[name], wording.language.decimal_mark) for name in indicators]
            for row in rows
        ]
        assert all(
            row["sector_code"] in record[2] for row, record in zip(rows, records, strict=True)
        )


@pytest.mark.parametrize("name", ["figuur_2", "figuur_14"])
def test_csv_of_a_figure_is_the_mart(report, marts, name):
    """Each row of rpt_figures, rounded, in the order of series and items."""
    newest, exhibits = expected_exhibits(marts)
    for edition in {edition for edition, exhibit in exhibits if exhibit == name}:
        rows = marts.execute(
            """
            select edition, series_label_en, item_label_en, round(value_pct, 1)
            from marts.rpt_figures
            where figure = $1 and (compares_editions or edition = $2)
            order by edition, series_sort_order, item_sort_order
            """,
            [name, edition],
        ).fetchall()
        records = read_rows(report / str(edition) / "en" / f"{name}.csv")
        assert len(records) >= 7 and [
            (record["Edition"], record["Series"], record["Item"], record["Percentage"])
            for record in records
        ] == [
            (str(year), series, item, printed(value, ".")) for year, series, item, value in rows
        ]


def test_pictures_need_nothing_else(report):
    """Every SVG is well-formed, names itself to a screen reader and loads nothing."""
    for path, svg in pictures(report).items():
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text in " ".join(texts(svg)), path
        assert root.find(f"{SVG}desc").text
        assert not re.search(r"href|url\(|@import|<script|<image", svg), path


def test_drawing_again_gives_the_same_bytes(report, built_project, tmp_path):
    """A few exhibits drawn again, in another order, are those of the build to the byte."""
    with duckdb.connect(
        str(built_project / "warehouse.duckdb"), read_only=True
    ) as session:
        seeds = [
            session.sql(f"select * from {name}").to_arrow_table()
            for name in ("reference.report_tables", "estimates.int_exhibits_captioned",
                         "reference.report_terms")
        ]
    with published_marts(built_project) as session:
        exhibits = read_exhibits(session, *seeds)
    chosen = {}
    for exhibit in exhibits:
        chosen[getattr(exhibit, "chart_type", bool(exhibit.respondents))] = exhibit
    assert len(chosen) == 6
    for exhibit in reversed(chosen.values()):
        for wording in (EN, NL):
            place = Path(str(exhibit.edition), wording.language.code)
            written(exhibit, wording, tmp_path / place)
            for ending in ("svg", "png", "csv"):
                file = place / f"{exhibit.name}.{ending}"
                assert (tmp_path / file).read_bytes() == (report / file).read_bytes(), file


def test_pictures_are_drawn_once(tmp_path, monkeypatch):
    """What was drawn is taken again, to the byte, without a specification; what nobody asks for goes."""
    exhibit = figure(one=[10.0, 20.0])
    one, other = Picture(exhibit, NL), Picture(replace(exhibit, headlines=same("Another")), NL)
    drawn = draw([one], tmp_path / "kept")
    assert drawn == draw([one], tmp_path / "anew")
    monkeypatch.setattr(
        "barometer.outputs.printed_report.pictures.specification", lambda *_: pytest.fail("made again")
    )
    assert draw([one, one], tmp_path / "kept") == drawn * 2
    assert len(list((tmp_path / "kept").iterdir())) == 2
    with pytest.raises(pytest.fail.Exception, match="made again"):
        draw([other], tmp_path / "kept")
    monkeypatch.undo()
    assert draw([other], tmp_path / "kept") != drawn
    assert {path.stem for path in (tmp_path / "kept").iterdir()} == {other.name}


@pytest.mark.parametrize("ending", ["svg", "png"])
@pytest.mark.parametrize("damage", [lambda _: b"", lambda kept: kept[:-1], lambda _: b"\xff" * 99,
                                    lambda kept: kept.replace(b"e", b"a")],
                         ids=["empty", "cut off", "other bytes", "another text"])
def test_a_damaged_picture_is_drawn_anew(tmp_path, ending, damage):
    """It was kept to save work, and is not what a reader gets."""
    asked = [Picture(figure(one=[10.0, 20.0]), NL)]
    drawn = draw(asked, tmp_path)
    (path,) = tmp_path.glob(f"*.{ending}")
    path.write_bytes(damage(path.read_bytes()))
    assert draw(asked, tmp_path) == drawn
    path.unlink()
    path.mkdir()
    assert draw(asked, tmp_path) == drawn and path.is_file()


def changed(value):
    """Another value of the same kind."""
    if isinstance(value, dict):
        return {name: changed(other) for name, other in value.items()} or same("Another")
    if isinstance(value, tuple):
        return value[:-1]
    return {bool: True, str: f"{value}x"}.get(type(value), 77)


@pytest.mark.parametrize("exhibit", [figure(one=[10.0, 20.0]), TABLE], ids=["figure", "table"])
def test_a_picture_is_known_by_all_that_it_follows_from(exhibit, monkeypatch):
    """Another value anywhere in the exhibit, another term, language or source is another picture."""
    others = [
        replace(exhibit, **{part.name: changed(getattr(exhibit, part.name))})
        for part in fields(exhibit)
        if changed(getattr(exhibit, part.name)) != getattr(exhibit, part.name)
    ]
    others += [
        replace(exhibit, bars=(replace(bar, **{part.name: changed(getattr(bar, part.name))}),))
        for bar in getattr(exhibit, "bars", ())[:1] for part in fields(Bar)
    ]
    assert len(others) > 12
    rows = [row | {"label_nl": f"{row['label_nl']}x"} for row in TERMS.to_pylist()]
    pictures = [Picture(other, NL) for other in (exhibit, *others)]
    pictures += [Picture(exhibit, EN), Picture(exhibit, Wording(LANGUAGES[0], pa.Table.from_pylist(rows)))]
    names = {picture.name for picture in pictures}
    assert len(names) == len(pictures)
    assert replace(pictures[0]).name == pictures[0].name
    monkeypatch.setattr("barometer.outputs.printed_report.pictures.drawn_with", lambda: ("other",))
    assert pictures[0].name not in names


def test_the_source_that_draws_is_in_the_digest():
    """Each module of the printed report, the words and numbers of a language, and what draws."""
    read = []
    class Watched(type(Path())):
        def read_bytes(self):
            read.append(self.name)
            return super().read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("barometer.outputs.printed_report.pictures.Path", Watched)
        assert drawn_with.__wrapped__() == drawn_with()
    assert {"figures.py", "lines.py", "tables.py", "typesetting.py", "exhibits.py", "wording.py"} <= set(read)


def test_processes_draw_what_one_draws(tmp_path, monkeypatch):
    """Shared among processes or not, the pictures are the same, in the order asked for."""
    asked = [Picture(figure(one=[10.0, 20.0 + place]), NL) for place in range(5)]
    monkeypatch.setattr("barometer.outputs.printed_report.pictures.FEW", len(asked))
    alone = draw(asked, tmp_path / "alone")
    monkeypatch.setattr("barometer.outputs.printed_report.pictures.FEW", 0)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    assert draw(asked, tmp_path / "together") == alone
    assert len({svg for svg, _ in alone}) == len(asked)


def test_processors_are_counted_on_every_system(monkeypatch):
    """Those that the process may use where the system says so, all of them elsewhere, and one at least."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {3, 5}, raising=False)
    assert processors() == 2
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert processors() == 7
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert processors() == 1


DRAWN = """
import hashlib, sys
{imported}
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50"><text x="5" y="30" font-size="20" '
svg += 'font-family="{family}, Liberation Sans">Aé {letter}</text></svg>'
print(hashlib.sha256({drawn}(svg)).hexdigest())
"""
# A font of the tests' own environment, and a letter that no other font has.
FAMILY, LETTER = "codicon", "\uea60"


def drawn_with_fonts(fonts, tmp_path, imported, drawn):
    """Digest of a picture, drawn by another process on a machine that has the fonts of a folder alone."""
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(f"<fontconfig><dir>{fonts}</dir></fontconfig>")
    script = DRAWN.format(imported=imported, drawn=drawn, family=FAMILY, letter=LETTER)
    return subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "FONTCONFIG_FILE": str(configuration)},
        capture_output=True, text=True, check=True,
    ).stdout


def test_pictures_depend_on_no_font_of_the_machine(tmp_path):
    """The same bytes with fonts and without any; vl-convert alone would draw what it finds."""
    fonts = next(Path(playwright.__file__).parent.rglob("codicon*.ttf")).parent
    (tmp_path / "none").mkdir()
    ours = ("from barometer.outputs.printed_report.typesetting import png_of", "png_of")
    alone = ("import vl_convert", "vl_convert.svg_to_png")
    assert drawn_with_fonts(fonts, tmp_path, *ours) == drawn_with_fonts(tmp_path / "none", tmp_path, *ours)
    assert drawn_with_fonts(fonts, tmp_path, *alone) != drawn_with_fonts(tmp_path / "none", tmp_path, *alone)


def test_every_letter_is_in_the_font():
    """Where fonts of the machine are looked at all the same, as on macOS, no letter is taken from them."""
    printed = (
        "bases", "figure_titles", "figures", "indicators", "report_tables", "report_terms", "sectors", "size_classes"
    )
    letters = {
        letter for seed in printed for row in reference(seed) for name, text in row.items()
        if name.startswith(("label", "title", "item_label", "series_label")) for letter in text if not letter.isspace()
    }

    def drawn(letter):
        return png_of(
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><text x="5" y="22" font-size="20" '
            f'font-family="Liberation Sans">{escape(letter)}</text></svg>'
        )

    assert len(letters) > 60
    assert {letter for letter in letters if drawn(letter) == drawn(LETTER)} == set()


@pytest.mark.parametrize(("is_comparable", "lines", "said"), [
    (True, 1, "+2.5 pts since 1999: significant"), (False, 0, "not comparable with 1999"),
])
def test_what_cannot_be_compared_is_drawn_as_no_change(is_comparable, lines, said):
    """Neither a line between the two points, nor their difference."""
    change = Change(2.5, 1.0, 4.0, True, is_comparable, None, "A", 1999)
    bars = [
        SimpleNamespace(edition=edition, value=10.0, lower=None, upper=None, change=found,
                        text=lambda wording: "10.0%")
        for edition, found in ((1999, None), (2001, change))
    ]
    parts = {name: [] for name in (
        "rules", "axes", "lines", "broken", "points", "labels", "values", "years", "changes",
    )}
    add_panel(parts, bars, [1999, 2001], EN, left=0, foot=100, scale=1, under_label=20)
    assert len(parts["lines"]) == lines and parts["broken"] == [] and len(parts["points"]) == 2
    assert [row["text"] for row in parts["changes"]] == [said]
