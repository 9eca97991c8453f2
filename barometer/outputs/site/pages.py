"""What each page of the site holds, in one language."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from barometer.outputs.exports.quality_report import quality_page
from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Exhibit, Figure, Table
from barometer.outputs.site.addresses import (
    anchor,
    category_page,
    edition_changes_page,
    evolution_page,
    exhibit_page,
    indicator_page,
)
from barometer.outputs.site.charts import Chart, Numbers
from barometer.outputs.site.contents import TOTAL, Category, Contents, Indicator
from barometer.outputs.site.drawings import Drawings
from barometer.outputs.site.edition_changes import EditionChanges
from barometer.outputs.site.findings import Findings
from barometer.outputs.site.names import Names
from barometer.outputs.site.neighbours import side_by_side


# Entries of the menu that are in its one line; the others are behind "more".
MENU_LINE = {
    "home", "section_summary", "title_indicators", "title_domains", "menu_evolution", "title_downloads",
}


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

    def __init__(self, contents: Contents, wording: Wording, presentation: dict[str, list[dict]]):
        self.contents = contents
        self.wording = wording
        self.language = wording.language.code
        self.numbers = Numbers(wording)
        self.presentation = presentation
        self.names = Names(contents, wording)
        self.drawings = Drawings(contents, wording, self.names)
        self.figures = [item for item in contents.exhibits if isinstance(item, Figure)]
        self.tables = [item for item in contents.exhibits if isinstance(item, Table)]
        self.findings = {
            edition: Findings(claims, contents, self.numbers, wording)
            for edition, claims in presentation["claims"].items()
        }
        # Of editions that are shown beside the one before.
        self.edition_changes = {
            edition: EditionChanges(
                rows, presentation["questions"], contents, self.names, wording
            )
            for edition, rows in presentation["edition_changes"].items()
            if (edition, rows[0]["previous_edition"]) in contents.changes
        }

    def pages(self) -> Iterator[Page]:
        """Every page."""
        charts = {}
        for figure in self.figures:
            chart = self.drawings.figure_chart(figure)
            charts[exhibit_page(figure)] = chart
            yield Page(
                exhibit_page(figure), "figure", figure.title(self.wording), (chart,),
                self.editions_of_exhibit(figure),
                {
                    "exhibit": figure, "legends": self.verdict_notes(chart.verdicts),
                    "claims": self.claims_of(figure),
                },
            )
        for table in self.tables:
            yield self.words_page(table) if table.has_words else self.table_page(table)
        for category in self.contents.categories:
            for edition in self.contents.editions_of(category):
                yield self.category_page(category, edition)
        for indicator in self.contents.indicators.values():
            yield self.indicator_page(indicator)
        for pair in self.contents.pairs:
            yield self.evolution_page(pair)
        if self.contents.series:
            yield self.series_page()
        for edition in self.edition_changes:
            yield self.edition_changes_page(edition)
        if self.presentation["targets"]:
            yield self.target_page()
        for edition in self.findings:
            yield self.summary_page(edition)
            yield self.findings_page(edition)
        for edition, rows in self.presentation["quality"].items():
            yield self.quality_page(edition, rows)
        yield self.plain_page("method", fieldwork=self.contents.fieldwork)
        yield self.plain_page("domains")
        yield self.plain_page("indicators", blocks=self.contents.indicators_by_block())
        yield self.plain_page("downloads", groups=self.download_groups())
        yield self.home_page(charts)

    def menu(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Entries of the menu and the pages that they open: those in its line, and those behind "more"."""
        entries = [
            (self.wording.term(text), name, text in MENU_LINE) for text, name in self.menu_entries()
        ]
        line, more = (
            [(text, name) for text, name, is_in_line in entries if is_in_line == wanted]
            for wanted in (True, False)
        )
        return line, more

    def menu_entries(self) -> list[tuple[str, str]]:
        """What each entry of the menu is called, as a term, and the page that it opens."""
        names = [("home", "index")]
        if self.findings:
            names.append(("section_summary", f"summary-{max(self.findings)}"))
        names += [("title_indicators", "indicators"), ("title_domains", "domains")]
        if self.contents.pairs:
            names.append(("menu_evolution", evolution_page(self.contents.pairs[0])))
        if self.presentation["targets"]:
            names.append(("menu_target", "target"))
        if self.findings:
            names.append(("menu_findings", f"findings-{max(self.findings)}"))
        if self.contents.series:
            names.append(("menu_series", "series"))
        names.append(("title_method", "method"))
        if self.presentation["quality"]:
            names.append(("menu_quality", f"quality-{max(self.presentation['quality'])}"))
        names.append(("title_downloads", "downloads"))
        return names

    def plain_page(self, name: str, **context: object) -> Page:
        """A page that exists once."""
        return Page(name, name, self.wording.term(f"title_{name}"), context=context)

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
            (other.label(self.wording), exhibit_page(other))
            for other in (same[place - 1 : place] if place else []) + same[place + 1 : place + 2]
        ]

    def claims_of(self, exhibit: Exhibit) -> list[dict]:
        """What may be said of a figure or table, with a verdict each."""
        found = self.findings.get(exhibit.edition)
        return found.of(exhibit) if found else []

    def threshold(self, value: float | None) -> str:
        """The threshold of a rule."""
        if value is None:
            return ""
        return f"{value:g}".replace(".", self.wording.language.decimal_mark)

    def download_groups(self) -> list[dict]:
        """Files of the release, and of each of its folders, with their texts.

        Texts are `files_<folder>_title`, `files_<folder>_text` and `file_<path>`; what has none
        is shown by its name. The folder of the release itself is called release.
        """
        return [
            {
                "id": folder,
                "title": self.wording.terms.get(f"files_{folder}_title", folder),
                "text": self.wording.terms.get(f"files_{folder}_text"),
                "files": [
                    {
                        "address": name,
                        "name": PurePosixPath(name).name,
                        "text": self.wording.terms.get(f"file_{name}"),
                    }
                    for name in names
                ],
            }
            for folder, names in (
                ("release" if name == "." else name, names)
                for name, names in self.presentation["downloads"].items()
            )
        ]

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
        is_tested = verdicts & {"significant", "not_significant"}
        return (self.wording.term("note_significant"),) if is_tested else ()

    def chart_notes(self, charts: Iterable[Chart]) -> tuple[str, ...]:
        """What the marks and the verdicts of charts mean."""
        statuses = {status for chart in charts for status in chart.statuses}
        verdicts = {verdict for chart in charts for verdict in chart.verdicts}
        return self.legends(statuses) + self.verdict_notes(verdicts)

    # Figures and tables of the report

    def table_page(self, table: Table) -> Page:
        """A table of the report, and its rows as bars, one column at a time."""
        codes = self.contents.table_codes.get((table.edition, table.name))
        estimates, column_links = {}, []
        row_links = [None] * len(table.rows)
        definition = next(
            row for row in self.presentation["tables"] if row["table_id"] == table.name
        )
        if codes:
            for row, code in enumerate(codes[0]):
                row_links[row] = self.names.place_link(definition["domain"], code, [table.edition])
                for column, indicator in enumerate(codes[1]):
                    cell = (indicator, definition["base_id"], definition["domain"], code)
                    estimates[row, column] = self.contents.estimates[table.edition].get(cell)
            column_links = [self.names.indicator_link(indicator) for indicator in codes[1]]
        chart = (
            self.drawings.chart_of_shares(
                table, estimates, row_links, self.key_column(codes[1], definition["base_id"])
            )
            if codes else self.drawings.chart_of_counts(table)
        )
        return Page(
            exhibit_page(table), "table", table.title(self.wording), (chart,),
            self.editions_of_exhibit(table),
            {
                "exhibit": table, "estimates": estimates, "row_links": row_links,
                "column_links": column_links, "claims": self.claims_of(table),
            },
        )

    def key_column(self, indicator_ids: list[str], base: str) -> int:
        """The column of the first key figure among the indicators of a table, or the first."""
        for row in self.presentation["site_highlights"]:
            if row["base_id"] == base and row["indicator_id"] in indicator_ids:
                return indicator_ids.index(row["indicator_id"])
        return 0

    def tables_of_words(self) -> list[tuple[str, str]]:
        """Title and page of the newest edition's tables of words."""
        return [
            (table.title(self.wording), f"{exhibit_page(table)}.html")
            for table in self.tables
            if table.has_words and table.edition == self.contents.newest
        ]

    def words_page(self, table: Table) -> Page:
        """A table of words: what a row is about has a page of its own."""
        return Page(
            exhibit_page(table), "words", table.title(self.wording),
            others=self.editions_of_exhibit(table),
            context={
                "exhibit": table,
                "row_links": [
                    self.names.place_link("sector", code, [table.edition])
                    for code in self.contents.table_codes[table.edition, table.name][0]
                ],
            },
        )

    # Sectors and size classes

    def category_page(self, category: Category, edition: int) -> Page:
        """Every indicator of a sector or a size class, beside all enterprises."""
        charts = []
        for block, members in self.contents.indicators_by_block():
            for base in self.contents.base_ids(members):
                chart = self.drawings.category_chart(category, edition, block, base, members)
                if chart.rows:
                    charts.append(chart)
        return Page(
            category_page(category, edition), "category",
            self.wording.term(
                "title_of_edition", title=self.names.label(category.labels), edition=edition
            ),
            tuple(charts),
            tuple(
                (str(other), category_page(category, other), other == edition)
                for other in self.contents.editions_of(category)
            ),
            {
                "category": category, "edition": edition, "legends": self.chart_notes(charts),
                "profile": self.highlights(edition, (category.domain, category.code)),
                "since": self.presentation["since"].get(category.code),
            },
        )

    # Indicators

    def indicator_page(self, indicator: Indicator) -> Page:
        """Total, sizes and sectors of every edition, by base, and how they changed."""
        sections, charts = [], []
        for base in indicator.base_ids:
            section = self.indicator_section(indicator, base)
            sections.append(section)
            charts += section["charts"]
        return Page(
            indicator_page(indicator.id), "indicator", self.names.label(indicator.labels),
            tuple(charts),
            context={
                "indicator": indicator,
                "sections": sections,
                "exhibits": self.exhibits_of(indicator),
                "footnotes": [
                    row[f"text_{self.language}"] for row in self.presentation["footnotes"]
                    if indicator.id in (row["indicator_ids"] or "").split("|")
                ],
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
        charts = [self.drawings.levels_chart(indicator, base, editions, places)]
        charts += [
            self.drawings.changes_chart(indicator, base, pair, places)
            for pair in self.contents.pairs
            if pair[0] == editions[0]
            and (indicator.id, base, *TOTAL) in self.contents.changes[pair]
        ][:1]
        return {
            "base": base,
            "label": self.names.base_label(base),
            "note": self.contents.bases[base][f"description_{self.language}"],
            "edition": editions[0],
            "total": self.contents.estimates[editions[0]][indicator.id, base, *TOTAL],
            "charts": charts,
        }

    def exhibits_of(self, indicator: Indicator) -> list[tuple[str, str]]:
        """Figures and tables that show an indicator, of the newest edition that has them."""
        found = {}
        for exhibit in sorted(self.contents.exhibits, key=lambda item: item.edition):
            if isinstance(exhibit, Figure):
                shows = any(bar.cell and bar.cell[0] == indicator.id for bar in exhibit.bars)
            else:
                codes = self.contents.table_codes.get((exhibit.edition, exhibit.name))
                shows = bool(codes) and indicator.id in codes[1]
            if shows:
                found[exhibit.name] = (exhibit.label(self.wording), f"{exhibit_page(exhibit)}.html")
        order = [exhibit.name for exhibit in self.contents.exhibits]
        return [found[name] for name in sorted(found, key=order.index)]

    # Evolution, quality, home

    def evolution_page(self, pair: tuple[int, int]) -> Page:
        """Every indicator's change between two editions, of each base as a whole."""
        changes = self.contents.changes[pair]
        charts = []
        for block, members in self.contents.indicators_by_block():
            for base in self.contents.base_ids(members):
                rows = [
                    (
                        self.names.label(indicator.labels),
                        f"{indicator_page(indicator.id)}.html",
                        None,
                        changes[indicator.id, base, *TOTAL],
                    )
                    for indicator in members
                    if (indicator.id, base, *TOTAL) in changes
                ]
                if rows:
                    charts.append(
                        self.drawings.change_chart(
                            f"{block}-{base}", self.names.block_title(block, base), pair, rows,
                            self.wording.term("indicator"),
                        )
                    )
        totals = [
            (indicator, base, change)
            for (indicator, base, *place), change in changes.items()
            if tuple(place) == TOTAL
        ]
        significant = [
            (self.names.label(indicator.labels), self.names.base_label(base),
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
                "changed": (
                    edition_changes_page(pair[0]) if pair[0] in self.edition_changes else None
                ),
                "tested": sum(change.is_significant is not None for *_, change in totals),
                "significant": significant,
                "legends": self.chart_notes(charts),
                "figures": [
                    (figure.label(self.wording), f"{exhibit_page(figure)}.html")
                    for figure in self.figures
                    if figure.compares_editions and figure.edition == pair[0]
                ],
            },
        )

    def series_page(self) -> Page:
        """Indicators through all editions, those of which only print exists among them."""
        bases = sorted(
            {base for _, base in self.contents.series}, key=lambda base: self.contents.bases[base]["sort_order"]
        )
        charts = tuple(self.drawings.series_chart(base) for base in bases)
        return Page(
            "series", "series", self.wording.term("title_series"), charts,
            context={
                "printed": [
                    row | {"reason": row[f"reason_{self.language}"]} for row in self.presentation["printed_editions"]
                    if row["edition"] not in self.contents.statuses
                ],
                "legends": self.verdict_notes({verdict for chart in charts for verdict in chart.verdicts}),
                "trends": self.trends(),
            },
        )

    def trends(self) -> list[dict]:
        """Indicators over three and more editions: slope, and change since the one before and the first.

        An indicator without a page, such as a count, is left out.
        """
        rows = []
        for trend in self.contents.trends:
            indicator = self.contents.indicators.get(trend["indicator_id"])
            if not indicator:
                continue
            cell = (indicator.id, trend["base_id"], *TOTAL)
            changes = {
                previous: cells[cell] for (edition, previous), cells in self.contents.changes.items()
                if edition == trend["edition"] and cell in cells and cells[cell].is_comparable
            }
            rows.append(trend | {
                "text": self.names.label(indicator.labels), "base": self.names.base_label(trend["base_id"]),
                "link": f"{indicator_page(indicator.id)}.html",
                "order": list(self.contents.indicators).index(indicator.id),
                "verdict": "significant" if trend["is_significant"] else "not_significant",
                "since": [(year, changes[year]) for year in (max(changes), trend["first_edition"])],
            })
        return sorted(rows, key=lambda row: (row["order"], self.contents.bases[row["base_id"]]["sort_order"]))

    def edition_changes_page(self, edition: int) -> Page:
        """What an edition changes: what moved most, and what cannot be compared and why."""
        changed = self.edition_changes[edition]
        return Page(
            edition_changes_page(edition), "edition_changes",
            self.wording.term("title_changed", edition=edition),
            others=tuple(
                (str(other), edition_changes_page(other), other == edition)
                for other in self.edition_changes
            ),
            context={
                "pair": changed.pair, "changed": changed, "evolution": evolution_page(changed.pair),
                "legends": self.verdict_notes({item["change"].verdict for item in changed.moved()}),
            },
        )

    def target_page(self) -> Page:
        """Targets, and what others measured, beside the estimates of the survey."""
        return self.plain_page(
            "target",
            targets=side_by_side(self.contents, self.presentation, self.wording),
            footnotes=[
                row[f"text_{self.language}"] for row in self.presentation["footnotes"]
                if row["is_on_target_page"]
            ],
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
                if other in self.presentation["quality"]
            ),
            context={"report": report},
        )

    def findings_page(self, edition: int) -> Page:
        """What the report says in words, and what the numbers of an edition say of it."""
        return Page(
            f"findings-{edition}", "findings",
            self.wording.term(
                "title_of_edition", title=self.wording.term("findings_title"), edition=edition
            ),
            others=self.editions_of_findings("findings", edition),
            context={"found": self.findings[edition]},
        )

    def summary_page(self, edition: int) -> Page:
        """The main findings of an edition, on one page of paper."""
        highlights = self.highlights(edition)
        return Page(
            f"summary-{edition}", "summary",
            self.wording.term(
                "title_of_edition", title=self.wording.term("main_findings"), edition=edition
            ),
            others=self.editions_of_findings("summary", edition),
            context={
                "edition": edition,
                "found": self.findings[edition],
                "highlights": highlights,
                "leaders": self.leaders(edition),
                "legends": self.legends({item["estimate"].status for item in highlights}),
            },
        )

    def editions_of_findings(self, name: str, edition: int) -> tuple[tuple[str, str, bool], ...]:
        """The same page of every edition that has claims."""
        return tuple(
            (str(other), f"{name}-{other}", other == edition)
            for other in self.contents.statuses if other in self.findings
        )

    def highlights(self, edition: int, place: tuple[str, str] = TOTAL) -> list[dict]:
        """The key figures of an edition, each with its interval, its change and its page; of a sector or
        a size class also that of all enterprises."""
        found = []
        for row in self.presentation["site_highlights"]:
            cell = (row["indicator_id"], row["base_id"], *place)
            estimates = self.contents.estimates.get(edition, {})
            estimate, all_of_them = estimates.get(cell), estimates.get((*cell[:2], *TOTAL))
            indicator = self.contents.indicators.get(row["indicator_id"])
            if estimate and indicator:
                found.append(
                    {
                        "estimate": estimate,
                        "label": self.names.label(indicator.labels),
                        "number": self.wording.marked(
                            self.wording.percentage(estimate.value), estimate.status
                        ),
                        "base": self.names.base_label(row["base_id"]),
                        "link": f"{indicator_page(indicator.id)}.html#{anchor(*cell[1:])}",
                        "change": self.contents.changes_of(edition).get(cell),
                        "beside": None if place == TOTAL or not all_of_them else self.wording.term(
                            "beside_all", value=self.wording.percentage(all_of_them.value)
                        ),
                    }
                )
        return found

    def leaders(self, edition: int) -> list[dict]:
        """The sector and the size class with the highest estimate of the first key figure.

        Where one of them is withheld nobody can say, and nothing is said.
        """
        found = []
        for row in self.presentation["site_highlights"][:1]:
            for domain in dict.fromkeys(category.domain for category in self.contents.categories):
                shown = [
                    (category, self.contents.estimates[edition].get(
                        (row["indicator_id"], row["base_id"], domain, category.code)
                    ))
                    for category in self.contents.of(domain, edition)
                ]
                if not shown or any(cell is None or cell.value is None for _, cell in shown):
                    continue
                category, highest = max(shown, key=lambda pair: pair[1].value)
                indicator = self.contents.indicators[row["indicator_id"]]
                found.append(
                    {
                        "text": self.wording.term(
                            f"leads_{domain}", category=self.names.label(category.labels),
                            indicator=self.names.label(indicator.labels),
                            value=self.wording.marked(
                                self.wording.percentage(highest.value), highest.status
                            ),
                            interval=self.numbers.interval(highest),
                        ),
                        "link": self.names.category_link(category, edition),
                    }
                )
        return found

    def home_page(self, charts: dict[str, Chart]) -> Page:
        """Key figures, and the way to everything else."""
        newest = self.contents.newest
        highlights = self.highlights(newest)
        return Page(
            "index", "index", self.wording.term("site_title"),
            context={
                "edition": newest,
                "highlights": highlights,
                "leaders": self.leaders(newest),
                "claims": (
                    self.findings[newest].first_section("supported")
                    if newest in self.findings else []
                ),
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
