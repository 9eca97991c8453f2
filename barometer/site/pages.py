"""What each page of the site holds, in one language."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath

from babel.dates import format_date

from barometer.printed_report.contents import Exhibit, Figure, Table
from barometer.printed_report.wording import Wording
from barometer.quality_report import quality_page
from barometer.site.charts import (
    Chart,
    Mark,
    Numbers,
    Row,
    newest_first_colours,
    series_colours,
)
from barometer.site.contents import Category, Cell, Change, Contents, Indicator

TOTAL = ("total", "total")


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        name: file name without its ending, the same in every language.
        template: template without its ending.
        others: the same page of other editions: label, file name, and whether it is this one.
        charts: what it draws; their numbers are in its file of data.
        context: what the template takes beside all this.
    """

    name: str
    template: str
    title: str
    charts: tuple[Chart, ...] = ()
    others: tuple[tuple[str, str, bool], ...] = ()
    context: dict = field(default_factory=dict)


class PageWriter:
    """The pages of one language."""

    def __init__(self, contents: Contents, wording: Wording, layout: dict[str, list[dict]]):
        self.contents = contents
        self.wording = wording
        self.language = wording.language.code
        self.numbers = Numbers(wording)
        self.layout = layout
        self.figures = [item for item in contents.exhibits if isinstance(item, Figure)]
        self.tables = [item for item in contents.exhibits if isinstance(item, Table)]

    def pages(self) -> Iterator[Page]:
        """Every page."""
        charts = {}
        for figure in self.figures:
            chart = self.figure_chart(figure)
            charts[exhibit_page(figure)] = chart
            yield Page(
                exhibit_page(figure), "figure", figure.title(self.wording), (chart,),
                self.editions_of_exhibit(figure),
                {"exhibit": figure, "legends": self.verdict_notes(chart.verdicts)},
            )
        for table in self.tables:
            yield self.table_page(table)
        yield self.nace_page()
        for category in self.contents.categories:
            for edition in self.contents.editions_of(category):
                yield self.category_page(category, edition)
        for indicator in self.contents.indicators.values():
            yield self.indicator_page(indicator)
        for pair in self.contents.pairs:
            yield self.evolution_page(pair)
        for edition, rows in self.layout["quality"].items():
            yield self.quality_page(edition, rows)
        yield self.plain_page("method", fieldwork=self.contents.fieldwork)
        yield self.plain_page("domains")
        yield self.plain_page("indicators", blocks=self.indicators_by_block())
        yield self.plain_page("downloads", groups=self.download_groups())
        yield self.home_page(charts)

    def menu(self) -> list[tuple[str, str]]:
        """Entries of the menu and the pages that they open."""
        names = [
            ("home", "index"), ("title_indicators", "indicators"), ("title_domains", "domains"),
        ]
        if self.contents.pairs:
            names.append(("menu_evolution", evolution_page(self.contents.pairs[0])))
        names.append(("title_method", "method"))
        if self.layout["quality"]:
            names.append(("menu_quality", f"quality-{max(self.layout['quality'])}"))
        names.append(("title_downloads", "downloads"))
        return [(self.wording.term(text), name) for text, name in names]

    def plain_page(self, name: str, **context: object) -> Page:
        """A page that exists once."""
        return Page(name, name, self.wording.term(f"title_{name}"), context=context)

    def label(self, names: dict) -> str:
        """A label in the language of the pages."""
        return names[self.language]

    def base_label(self, base_id: str) -> str:
        """What a base is called."""
        return self.contents.bases[base_id][f"label_{self.language}"]

    def edition_line(self, *editions: int) -> str:
        """Editions and the status of their data."""
        return self.wording.editions(
            {edition: self.contents.statuses[edition] for edition in editions}
        )

    def editions_of_exhibit(self, exhibit: Exhibit) -> tuple[tuple[str, str, bool], ...]:
        """The same figure or table of each edition, the newest first."""
        return tuple(
            (str(other.edition), exhibit_page(other), other is exhibit)
            for other in sorted(self.contents.exhibits, key=lambda other: -other.edition)
            if other.name == exhibit.name
        )

    def neighbours(self, exhibit: Exhibit) -> list[tuple[str, str]]:
        """The figure or table before and the one after, of the same edition."""
        kind = self.figures if isinstance(exhibit, Figure) else self.tables
        same = [other for other in kind if other.edition == exhibit.edition]
        place = same.index(exhibit)
        return [
            (other.title(self.wording), exhibit_page(other))
            for other in (same[place - 1 : place] if place else []) + same[place + 1 : place + 2]
        ]

    def category_link(self, category: Category, edition: int) -> str:
        """The page of a sector or a size class."""
        return f"{category_page(category, edition)}.html"

    def place_link(self, domain: str, code: str, editions: Iterable[int]) -> str | None:
        """The page of a sector or a size class of the first edition that has it, if any has."""
        for edition in editions:
            if (domain, code) in self.contents.places[edition] and domain != TOTAL[0]:
                return f"{category_page(Category(domain, code, {}), edition)}.html"
        return None

    def date(self, day: date | None) -> str:
        """A date in words."""
        return format_date(day, "d MMMM y", locale=self.language) if day else ""

    def threshold(self, value: float | None) -> str:
        """The threshold of a rule."""
        if value is None:
            return ""
        return f"{value:g}".replace(".", self.wording.language.decimal_mark)

    def download_groups(self) -> list[dict]:
        """Files of the release, and of each of its folders with all below it, with their texts.

        Texts are `files_<folder>_title`, `files_<folder>_text` and `file_<path>`; what has none
        is shown by its name. The folder of the release itself is called release.
        """
        groups = {}
        for folder, names in self.layout["downloads"].items():
            top, _, below = ("release" if folder == "." else folder).partition("/")
            group = groups.setdefault(
                top,
                {
                    "id": top,
                    "title": self.wording.terms.get(f"files_{top}_title", top),
                    "text": self.wording.terms.get(f"files_{top}_text"),
                    "folders": [],
                },
            )
            files = [
                {
                    "address": name,
                    "name": PurePosixPath(name).name,
                    "text": self.wording.terms.get(f"file_{name}"),
                }
                for name in names
            ]
            group["folders"].append((below, files))
        return list(groups.values())

    def numbered(self, prefix: str) -> list[dict]:
        """Sections whose texts are `<prefix>_<number>_<section>_title`, `_text`, `_text_2`, …"""
        sections = {}
        for term_id in sorted(self.wording.terms):
            match = re.fullmatch(f"{prefix}_([0-9]+)_([a-z]+)_(title|text)(_[0-9]+)?", term_id)
            if match:
                section = sections.setdefault(
                    int(match[1]), {"id": match[2], "title": "", "texts": []}
                )
                if match[3] == "title":
                    section["title"] = self.wording.term(term_id)
                else:
                    section["texts"].append(self.wording.term(term_id))
        return [section for _, section in sorted(sections.items())]

    def fieldwork_rows(self) -> list[tuple[str, list[str]]]:
        """From the sample to the usable responses, an edition a column."""
        rows = {}
        for edition in self.contents.statuses:
            for row in self.contents.fieldwork.get(edition, []):
                values = rows.setdefault(
                    (row["sort_order"], row[f"label_{self.language}"]), {}
                )
                values[edition] = (
                    self.wording.percentage(row["value"])
                    if row["unit"] == "percent"
                    else self.wording.count(None if row["value"] is None else int(row["value"]))
                )
        none = self.wording.term("no_value")
        return [
            (text, [values.get(edition, none) for edition in self.contents.statuses])
            for (_, text), values in sorted(rows.items())
        ]

    def legends(self, statuses: set[str]) -> tuple[str, ...]:
        """What the marks of a page mean."""
        return tuple(self.wording.legends(statuses))

    def verdict_notes(self, verdicts: set[str]) -> tuple[str, ...]:
        """What the verdicts on changes mean."""
        notes = {
            "note_significant": verdicts & {"significant", "not_significant"},
            "note_tested_alone": verdicts & {"tested_alone"},
        }
        return tuple(self.wording.term(note) for note, met in notes.items() if met)

    def chart_notes(self, charts: Iterable[Chart]) -> tuple[str, ...]:
        """What the marks and the verdicts of charts mean."""
        statuses = {status for chart in charts for status in chart.statuses}
        verdicts = {verdict for chart in charts for verdict in chart.verdicts}
        return self.legends(statuses) + self.verdict_notes(verdicts)

    # Figures and tables of the report

    def figure_chart(self, figure: Figure) -> Chart:
        """A figure of the report; of editions compared, the newest first."""
        bars = self.contents.figure_bars[figure.edition, figure.name]
        series = list(dict.fromkeys(self.label(bar.series) for bar in bars))
        if figure.compares_editions:
            series.reverse()
        editions = sorted(figure.statuses, reverse=True)
        changes = {}
        if figure.compares_editions and len(editions) > 1:
            changes = self.contents.changes.get((editions[0], editions[1]), {})
        rows = {}
        for bar in sorted(bars, key=lambda bar: bar.item_sort_order):
            estimate = self.contents.estimates.get(bar.edition, {}).get(bar.cell)
            mark = replace(
                Mark.of(series.index(self.label(bar.series)), estimate),
                value=bar.value, status=bar.status,
                change=changes.get(bar.cell) if bar.edition == editions[0] else None,
            )
            rows.setdefault(self.label(bar.item), []).append((mark, bar.cell))
        kind = {"bar": "single", "stacked_bar": "stacked"}.get(figure.chart_type, "grouped")
        return Chart(
            id=figure.name,
            title=figure.title(self.wording),
            subtitle=figure.subtitle(self.wording),
            caption=tuple(figure.caption(self.wording)),
            kind=kind,
            unit="percent",
            item=self.wording.term("csv_item"),
            series=tuple(series),
            colours=(
                newest_first_colours(len(series)) if figure.compares_editions
                else series_colours(len(series))
            ),
            rows=tuple(
                Row(
                    label,
                    tuple(sorted((mark for mark, _ in marks), key=lambda mark: mark.series)),
                    link=self.indicator_link(marks[0][1][0]) if marks[0][1] else None,
                )
                for label, marks in rows.items()
            ),
            heading=1,
            editions=self.series_editions(editions),
            previous=editions[1] if changes else None,
        )

    def series_editions(self, editions: list[int]) -> tuple[tuple[int, str], ...]:
        """Edition and status of the data of each series."""
        return tuple(
            (edition, self.wording.term(self.contents.statuses[edition])) for edition in editions
        )

    def indicator_link(self, indicator_id: str) -> str | None:
        """The page of an indicator, if it has one."""
        if indicator_id not in self.contents.indicators:
            return None
        return f"{indicator_page(indicator_id)}.html"

    def table_page(self, table: Table) -> Page:
        """A table of the report, and its rows as bars, one column at a time."""
        codes = self.contents.table_codes.get((table.edition, table.name))
        estimates, column_links = {}, []
        row_links = [None] * len(table.rows)
        definition = next(
            row for row in self.layout["tables"] if row["table_id"] == table.name
        )
        if codes:
            for row, code in enumerate(codes[0]):
                row_links[row] = self.place_link(definition["domain"], code, [table.edition])
                for column, indicator in enumerate(codes[1]):
                    cell = (indicator, definition["base_id"], definition["domain"], code)
                    estimates[row, column] = self.contents.estimates[table.edition].get(cell)
            column_links = [self.indicator_link(indicator) for indicator in codes[1]]
        chart = (
            self.chart_of_shares(
                table, estimates, row_links, self.key_column(codes[1], definition["base_id"])
            )
            if codes else self.chart_of_counts(table)
        )
        return Page(
            exhibit_page(table), "table", table.title(self.wording), (chart,),
            self.editions_of_exhibit(table),
            {
                "exhibit": table, "estimates": estimates, "row_links": row_links,
                "column_links": column_links,
            },
        )

    def key_column(self, indicator_ids: list[str], base: str) -> int:
        """The column of the first key figure among the indicators of a table, or the first."""
        for row in self.layout["site_highlights"]:
            if row["base_id"] == base and row["indicator_id"] in indicator_ids:
                return indicator_ids.index(row["indicator_id"])
        return 0

    def chart_of_shares(
        self, table: Table, estimates: dict, links: list[str | None], first: int
    ) -> Chart:
        """Rows of a table of percentages; its columns are series."""
        return self.table_chart(
            table,
            unit="percent",
            series=[self.label(column) for column in table.columns],
            rows=[
                Row(
                    self.label(label),
                    tuple(
                        replace(
                            Mark.of(column, estimates.get((row, column))),
                            value=table.cells[row, column][0],
                            status=table.cell_codes[row, column],
                        )
                        for column in range(len(table.columns))
                    ),
                    link=links[row],
                )
                for row, label in enumerate(table.rows)
            ],
            item=table.corner,
            first=first,
        )

    def chart_of_counts(self, table: Table) -> Chart:
        """Columns of a table of counts, without totals; rows and measures are series."""
        rows = range(len(table.rows) - table.total_row)
        columns = range(len(table.columns) - table.total_column)
        kinds = [(row, place) for place in range(len(table.measures)) for row in rows]
        domain = "size" if table.corner == "sector" else "sector"
        members = self.contents.of(domain, table.edition)
        named = len(members) == len(columns)
        return self.table_chart(
            table,
            unit="count",
            series=[
                self.wording.term(
                    "series_of_count", measure=self.wording.term(table.measures[place]),
                    row=self.label(table.rows[row]),
                )
                for row, place in kinds
            ],
            rows=[
                Row(
                    self.label(members[column].labels if named else table.columns[column]),
                    tuple(
                        Mark(series, table.cells.get((row, column), (None,) * 2)[place])
                        for series, (row, place) in enumerate(kinds)
                    ),
                    link=self.category_link(members[column], table.edition) if named else None,
                )
                for column in columns
            ],
            item=domain,
        )

    def table_chart(
        self, table: Table, unit: str, series: list[str], rows: list[Row], item: str,
        first: int = 0,
    ) -> Chart:
        """A table as bars, that opens with a column: the first, unless told."""
        return Chart(
            id=table.name,
            title=self.wording.term("table_as_chart"),
            subtitle=table.subtitle(self.wording),
            caption=(),
            kind="choice",
            unit=unit,
            item=self.wording.term(item),
            series=tuple(series),
            colours=(series_colours(1)[0],) * len(series),
            rows=tuple(rows),
            editions=self.series_editions([table.edition]),
            first=first,
        )

    def nace_page(self) -> Page:
        """Which activities a sector holds."""
        prefixes = {}
        for row in self.layout["sector_nace"]:
            prefixes.setdefault(row["sector_code"], []).append(row["nace_prefix"])
        return self.plain_page("nace", prefixes=prefixes)

    # Sectors and size classes

    def category_page(self, category: Category, edition: int) -> Page:
        """Every indicator of a sector or a size class, beside all enterprises."""
        charts = []
        for block, members in self.indicators_by_block():
            for base in self.base_ids(members):
                chart = self.category_chart(category, edition, block, base, members)
                if chart.rows:
                    charts.append(chart)
        return Page(
            category_page(category, edition), "category",
            self.wording.term(
                "title_of_edition", title=self.label(category.labels), edition=edition
            ),
            tuple(charts),
            tuple(
                (str(other), category_page(category, other), other == edition)
                for other in self.contents.editions_of(category)
            ),
            {
                "category": category, "edition": edition, "legends": self.chart_notes(charts),
            },
        )

    def category_chart(
        self, category: Category, edition: int, block: str, base: str, members: list[Indicator]
    ) -> Chart:
        """The indicators of a block and base in one sector or size class."""
        estimates = self.contents.estimates.get(edition, {})
        changes = self.changes_of(edition)
        rows = []
        for indicator in members:
            cell = (indicator.id, base, category.domain, category.code)
            if cell not in estimates:
                continue
            total = estimates.get((indicator.id, base, *TOTAL))
            rows.append(
                Row(
                    self.label(indicator.labels),
                    (Mark.of(0, estimates[cell], changes.get(cell)),),
                    link=f"{indicator_page(indicator.id)}.html#{anchor(*cell[1:])}",
                    reference=total.value if total else None,
                )
            )
        return Chart(
            id=f"{block}-{base}",
            title=self.block_title(block, base),
            subtitle=self.edition_line(edition),
            caption=(),
            kind="single",
            unit="percent",
            item=self.wording.term("indicator"),
            series=(self.label(category.labels),),
            colours=series_colours(1),
            rows=tuple(rows),
            reference=self.base_label_of_total(base),
            editions=self.series_editions([edition]),
        )

    def base_label_of_total(self, base: str) -> str:
        """What the line beside a bar stands for."""
        return self.wording.term("reference_total", base=self.base_label(base))

    def block_title(self, block: str, base: str) -> str:
        """Block and base as a heading."""
        label = self.contents.blocks.get(block)
        return self.wording.term(
            "block_of_base", block=self.label(label) if label else block,
            base=self.base_label(base),
        )

    def changes_of(self, edition: int) -> dict:
        """Changes from the nearest earlier edition, if it was compared with one."""
        pairs = [pair for pair in self.contents.pairs if pair[0] == edition]
        return self.contents.changes[pairs[0]] if pairs else {}

    def change_since(self, edition: int, change: Change) -> str:
        """A change from the nearest earlier edition in words."""
        previous = next(pair[1] for pair in self.contents.pairs if pair[0] == edition)
        return self.numbers.change(change, previous)

    def indicators_by_block(self) -> list[tuple[str, list[Indicator]]]:
        """Indicators by block, in the order of both."""
        groups = {block: [] for block in self.contents.blocks}
        for indicator in self.contents.indicators.values():
            groups.setdefault(indicator.block_id, []).append(indicator)
        return [(block, members) for block, members in groups.items() if members]

    def base_ids(self, members: list[Indicator]) -> list[str]:
        """Bases of some indicators, in their order."""
        found = {base for indicator in members for base in indicator.base_ids}
        return sorted(found, key=lambda base: self.contents.bases[base]["sort_order"])

    # Indicators

    def indicator_page(self, indicator: Indicator) -> Page:
        """Total, sizes and sectors of every edition, by base, and how they changed."""
        sections, charts = [], []
        for base in indicator.base_ids:
            section = self.indicator_section(indicator, base)
            sections.append(section)
            charts += section["charts"]
        return Page(
            indicator_page(indicator.id), "indicator", self.label(indicator.labels),
            tuple(charts),
            context={
                "indicator": indicator,
                "sections": sections,
                "exhibits": self.exhibits_of(indicator),
                "legends": self.chart_notes(charts),
            },
        )

    def indicator_section(self, indicator: Indicator, base: str) -> dict:
        """One base of an indicator."""
        editions = [
            edition for edition in self.contents.statuses
            if (indicator.id, base, *TOTAL) in self.contents.estimates.get(edition, {})
        ]
        places = [TOTAL] + [
            (category.domain, category.code) for category in self.contents.categories
        ]
        charts = [self.levels_chart(indicator, base, editions, places)]
        charts += [
            self.changes_chart(indicator, base, pair, places)
            for pair in self.contents.pairs
            if pair[0] == editions[0]
            and (indicator.id, base, *TOTAL) in self.contents.changes[pair]
        ][:1]
        return {
            "base": base,
            "label": self.base_label(base),
            "note": self.contents.bases[base][f"description_{self.language}"],
            "edition": editions[0],
            "total": self.contents.estimates[editions[0]][indicator.id, base, *TOTAL],
            "charts": charts,
        }

    def place_label(self, place: tuple[str, str]) -> str:
        """A sector, a size class or all of them."""
        for category in self.contents.categories:
            if (category.domain, category.code) == place:
                return self.label(category.labels)
        return self.wording.term("total")

    def levels_chart(
        self, indicator: Indicator, base: str, editions: list[int], places: list
    ) -> Chart:
        """Total, sizes and sectors; an edition is a series."""
        return Chart(
            id=f"{base}-levels",
            title=self.wording.term("levels_of_base", base=self.base_label(base)),
            subtitle=self.edition_line(*editions),
            caption=(),
            kind="grouped",
            unit="percent",
            item=self.wording.term("category"),
            series=tuple(map(str, editions)),
            colours=newest_first_colours(len(editions)),
            rows=tuple(
                Row(
                    self.place_label(place),
                    tuple(
                        Mark.of(series, self.contents.estimates[edition].get(
                            (indicator.id, base, *place)
                        ))
                        for series, edition in enumerate(editions)
                    ),
                    link=self.place_link(*place, editions),
                    anchor=anchor(base, *place),
                    group=self.group_label(place[0]),
                )
                for place in places
                if any(
                    (indicator.id, base, *place) in self.contents.estimates[edition]
                    for edition in editions
                )
            ),
            heading=3,
            editions=self.series_editions(editions),
        )

    def group_label(self, domain: str) -> str | None:
        """Heading above the rows of sectors or sizes."""
        return None if domain == TOTAL[0] else self.wording.term(domain)

    def changes_chart(
        self, indicator: Indicator, base: str, pair: tuple[int, int], places: list
    ) -> Chart:
        """Changes of the total, sizes and sectors between two editions."""
        changes = self.contents.changes[pair]
        return self.change_chart(
            f"{base}-changes",
            self.wording.term("changes_of_base", base=self.base_label(base)),
            pair,
            [
                (self.place_label(place), None, self.group_label(place[0]),
                 changes[indicator.id, base, *place])
                for place in places
                if (indicator.id, base, *place) in changes
            ],
            self.wording.term("category"),
            heading=3,
        )

    def change_chart(
        self, chart_id: str, title: str, pair: tuple[int, int],
        rows: list[tuple[str, str | None, str | None, Change]], item: str, heading: int = 2,
    ) -> Chart:
        """Changes as bars to the left and to the right; rows are label, link, group, change."""
        return Chart(
            id=chart_id,
            title=title,
            subtitle=self.edition_line(*pair),
            caption=(),
            kind="change",
            unit="points",
            item=item,
            series=(self.wording.term("change_between", previous=pair[1], edition=pair[0]),),
            colours=series_colours(1),
            rows=tuple(
                Row(
                    label,
                    (Mark(0, change.change, change.lower, change.upper, change=change),),
                    link=link,
                    group=group,
                )
                for label, link, group, change in rows
            ),
            heading=heading,
            editions=self.series_editions([pair[0]]),
        )

    def exhibits_of(self, indicator: Indicator) -> list[tuple[str, str]]:
        """Figures and tables that show an indicator, of the newest edition that has them."""
        found = {}
        for exhibit in sorted(self.contents.exhibits, key=lambda item: item.edition):
            if isinstance(exhibit, Figure):
                bars = self.contents.figure_bars[exhibit.edition, exhibit.name]
                shows = any(bar.cell and bar.cell[0] == indicator.id for bar in bars)
            else:
                codes = self.contents.table_codes.get((exhibit.edition, exhibit.name))
                shows = bool(codes) and indicator.id in codes[1]
            if shows:
                found[exhibit.name] = (exhibit.title(self.wording), f"{exhibit_page(exhibit)}.html")
        order = [exhibit.name for exhibit in self.contents.exhibits]
        return [found[name] for name in sorted(found, key=order.index)]

    # Evolution, quality, home

    def evolution_page(self, pair: tuple[int, int]) -> Page:
        """Every indicator's change between two editions, of each base as a whole."""
        changes = self.contents.changes[pair]
        charts = []
        for block, members in self.indicators_by_block():
            for base in self.base_ids(members):
                rows = [
                    (
                        self.label(indicator.labels), f"{indicator_page(indicator.id)}.html", None,
                        changes[indicator.id, base, *TOTAL],
                    )
                    for indicator in members
                    if (indicator.id, base, *TOTAL) in changes
                ]
                if rows:
                    charts.append(
                        self.change_chart(
                            f"{block}-{base}", self.block_title(block, base), pair, rows,
                            self.wording.term("indicator"),
                        )
                    )
        totals = [
            (indicator, base, change)
            for (indicator, base, *place), change in changes.items()
            if tuple(place) == TOTAL
        ]
        significant = [
            (self.label(indicator.labels), self.base_label(base),
             f"{indicator_page(indicator.id)}.html", changes[indicator.id, base, *TOTAL])
            for indicator in self.contents.indicators.values()
            for base in indicator.base_ids
            if (indicator.id, base, *TOTAL) in changes
            and changes[indicator.id, base, *TOTAL].is_significant
        ]
        return Page(
            evolution_page(pair), "evolution",
            self.wording.term("title_evolution", edition=pair[0], previous=pair[1]),
            tuple(charts),
            tuple(
                (
                    self.wording.term("pair", edition=other[0], previous=other[1]),
                    evolution_page(other), other == pair,
                )
                for other in self.contents.pairs
            ),
            {
                "pair": pair,
                "tested": sum(change.is_significant is not None for *_, change in totals),
                "significant": significant,
                "legends": self.chart_notes(charts),
                "figures": [
                    (figure.title(self.wording), f"{exhibit_page(figure)}.html")
                    for figure in self.figures
                    if figure.compares_editions and figure.edition == pair[0]
                ],
            },
        )

    def quality_page(self, edition: int, rows: list[dict]) -> Page:
        """How good the numbers of an edition are."""
        report = quality_page(edition, self.contents.statuses[edition], rows, self.wording)
        return Page(
            f"quality-{edition}", "quality",
            self.wording.term(
                "title_of_edition", title=self.wording.term("quality_report"), edition=edition
            ),
            others=tuple(
                (str(other), f"quality-{other}", other == edition)
                for other in self.contents.statuses
                if other in self.layout["quality"]
            ),
            context={"report": report},
        )

    def home_page(self, charts: dict[str, Chart]) -> Page:
        """Key figures, and the way to everything else."""
        newest = self.contents.newest
        highlights = []
        for row in self.layout["site_highlights"]:
            cell = (row["indicator_id"], row["base_id"], *TOTAL)
            estimate = self.contents.estimates.get(newest, {}).get(cell)
            indicator = self.contents.indicators.get(row["indicator_id"])
            if estimate and indicator:
                highlights.append(
                    {
                        "estimate": estimate,
                        "label": self.label(indicator.labels),
                        "number": self.wording.marked(
                            self.wording.percentage(estimate.value), estimate.status
                        ),
                        "base": self.base_label(row["base_id"]),
                        "link": f"{indicator_page(indicator.id)}.html#{anchor(*cell[1:])}",
                        "change": self.changes_of(newest).get(cell),
                    }
                )
        return Page(
            "index", "index", self.wording.term("site_title"),
            context={
                "edition": newest,
                "highlights": highlights,
                "legends": self.legends({item["estimate"].status for item in highlights})
                + self.verdict_notes(
                    {item["change"].verdict for item in highlights if item["change"]}
                ),
                "figures": [
                    (figure, charts[exhibit_page(figure)])
                    for figure in self.figures if figure.edition == newest
                ],
                "tables": [table for table in self.tables if table.edition == newest],
            },
        )


def exhibit_page(exhibit: Exhibit) -> str:
    """File name of a figure or table."""
    return f"{exhibit.name}-{exhibit.edition}"


def category_page(category: Category, edition: int) -> str:
    """File name of a sector or a size class."""
    return f"{category.domain}-{category.slug}-{edition}"


def indicator_page(indicator_id: str) -> str:
    """File name of an indicator."""
    return f"indicator-{indicator_id}"


def evolution_page(pair: tuple[int, int]) -> str:
    """File name of a pair of editions."""
    return f"evolution-{pair[0]}-{pair[1]}"


def anchor(base: str, domain: str, code: str) -> str:
    """Where the page of an indicator shows a category."""
    return f"{base}-{Category(domain, code, {}).slug}"
