"""Which numbers each chart of the site shows, with their labels and links."""

from dataclasses import replace

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Change, Figure, Table
from barometer.outputs.site.addresses import anchor, indicator_page
from barometer.outputs.site.charts import Chart, Mark, Row, newest_first_colours, series_colours
from barometer.outputs.site.contents import TOTAL, Category, Contents, Indicator
from barometer.outputs.site.names import Names


class Drawings:
    """The charts of one language."""

    def __init__(self, contents: Contents, wording: Wording, names: Names):
        self.contents = contents
        self.wording = wording
        self.names = names

    # Figures and tables of the report

    def figure_chart(self, figure: Figure) -> Chart:
        """A figure of the report; of editions compared, the newest first."""
        language = self.wording.language.code
        series = figure.series(language)
        if figure.compares_editions:
            series.reverse()
        editions = sorted(figure.statuses, reverse=True)
        kinds = {"bar": "single", "stacked_bar": "stacked", "line": "line"}
        return Chart(
            id=figure.name,
            title=figure.title(self.wording),
            subtitle=figure.subtitle(self.wording),
            caption=tuple(figure.caption(self.wording)),
            kind=kinds.get(figure.chart_type, "grouped"),
            unit="percent",
            item=self.wording.term("csv_item"),
            series=tuple(series),
            colours=(
                newest_first_colours(len(series)) if figure.compares_editions
                else series_colours(len(series))
            ),
            rows=tuple(
                Row(
                    item,
                    tuple(
                        Mark(
                            series.index(bar.series_labels[language]), bar.value, bar.lower,
                            bar.upper, bar.respondents, bar.cell_status, bar.change,
                        )
                        for bar in sorted(
                            bars, key=lambda bar: series.index(bar.series_labels[language])
                        )
                    ),
                    link=self.names.indicator_link(bars[0].cell[0]) if bars[0].cell else None,
                )
                for item, bars in figure.items(language).items()
            ),
            heading=1,
            editions=self.names.series_editions(editions),
            subject=figure.subject(self.wording),
        )

    def chart_of_shares(
        self, table: Table, estimates: dict, links: list[str | None], first: int
    ) -> Chart:
        """Rows of a table of percentages; its columns are series."""
        return self.table_chart(
            table,
            unit="percent",
            series=[self.names.label(column) for column in table.columns],
            rows=[
                Row(
                    self.names.label(label),
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
                    row=self.names.label(table.rows[row]),
                )
                for row, place in kinds
            ],
            rows=[
                Row(
                    self.names.label(members[column].labels if named else table.columns[column]),
                    tuple(
                        Mark(series, table.cells.get((row, column), (None,) * 2)[place])
                        for series, (row, place) in enumerate(kinds)
                    ),
                    link=(
                        self.names.category_link(members[column], table.edition) if named else None
                    ),
                )
                for column in columns
            ],
            item=domain,
        )

    def table_chart(
        self, table: Table, unit: str, series: list[str], rows: list[Row], item: str,
        first: int = 0,
    ) -> Chart:
        """A table as bars, that opens with a column: the first, unless `first` says otherwise."""
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
            editions=self.names.series_editions([table.edition]),
            first=first,
        )

    def series_chart(self, base: str) -> Chart:
        """Indicators of a base through all editions, of which some are only in print; the newest first."""
        found = {
            indicator: points for (indicator, of_base), points in self.contents.series.items()
            if of_base == base and indicator in self.contents.indicators
        }
        editions = sorted({point.edition for points in found.values() for point in points}, reverse=True)
        statuses = [self.contents.statuses.get(edition, "print_only") for edition in editions]
        return Chart(
            id=f"series-{base}",
            title=self.names.base_label(base),
            subtitle=self.wording.editions(
                {edition: self.contents.statuses[edition] for edition in editions if edition in self.contents.statuses}
            ),
            caption=(),
            kind="line",
            unit="percent",
            item=self.wording.term("indicator"),
            series=tuple(map(str, editions)),
            colours=newest_first_colours(len(editions)),
            rows=tuple(
                Row(
                    self.names.label(indicator.labels),
                    tuple(
                        replace(
                            Mark.of(
                                editions.index(point.edition), point.estimate,
                                None if point.is_break else self.contents.changes_of(point.edition).get(
                                    (indicator.id, base, *TOTAL)
                                ),
                            ),
                            is_print=point.is_print, is_break=point.is_break,
                        )
                        for point in reversed(found[indicator.id])
                    ),
                    link=self.names.indicator_link(indicator.id),
                )
                for indicator in self.contents.indicators.values() if indicator.id in found
            ),
            editions=tuple(
                (edition, self.wording.term(status))
                for edition, status in zip(editions, statuses, strict=True)
            ),
        )

    # Sectors, size classes and indicators

    def category_chart(
        self, category: Category, edition: int, block: str, base: str, members: list[Indicator]
    ) -> Chart:
        """The indicators of a block and base in one sector or size class."""
        estimates = self.contents.estimates.get(edition, {})
        changes = self.contents.changes_of(edition)
        rows = []
        for indicator in members:
            cell = (indicator.id, base, category.domain, category.code)
            if cell not in estimates:
                continue
            total = estimates.get((indicator.id, base, *TOTAL))
            rows.append(
                Row(
                    self.names.label(indicator.labels),
                    (Mark.of(0, estimates[cell], changes.get(cell)),),
                    link=f"{indicator_page(indicator.id)}.html#{anchor(*cell[1:])}",
                    reference=total.value if total else None,
                )
            )
        return Chart(
            id=f"{block}-{base}",
            title=self.names.block_title(block, base),
            subtitle=self.names.edition_line(edition),
            caption=(),
            kind="single",
            unit="percent",
            item=self.wording.term("indicator"),
            series=(self.names.label(category.labels),),
            colours=series_colours(1),
            rows=tuple(rows),
            reference=self.names.base_label_of_total(base),
            editions=self.names.series_editions([edition]),
        )

    def levels_chart(
        self, indicator: Indicator, base: str, editions: list[int], places: list
    ) -> Chart:
        """Total, sizes and sectors; an edition is a series."""
        return Chart(
            id=f"{base}-levels",
            title=self.wording.term("levels_of_base", base=self.names.base_label(base)),
            subtitle=self.names.edition_line(*editions),
            caption=(),
            kind="grouped",
            unit="percent",
            item=self.wording.term("category"),
            series=tuple(map(str, editions)),
            colours=newest_first_colours(len(editions)),
            rows=tuple(
                Row(
                    self.names.place_label(place),
                    tuple(
                        Mark.of(series, self.contents.estimates[edition].get(
                            (indicator.id, base, *place)
                        ))
                        for series, edition in enumerate(editions)
                    ),
                    link=self.names.place_link(*place, editions),
                    anchor=anchor(base, *place),
                    group=self.names.group_label(place[0]),
                )
                for place in places
                if any(
                    (indicator.id, base, *place) in self.contents.estimates[edition]
                    for edition in editions
                )
            ),
            heading=3,
            editions=self.names.series_editions(editions),
        )

    def changes_chart(
        self, indicator: Indicator, base: str, pair: tuple[int, int], places: list
    ) -> Chart:
        """Changes of the total, sizes and sectors between two editions."""
        changes = self.contents.changes[pair]
        return self.change_chart(
            f"{base}-changes",
            self.wording.term("changes_of_base", base=self.names.base_label(base)),
            pair,
            [
                (self.names.place_label(place), None, self.names.group_label(place[0]),
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
            subtitle=self.names.edition_line(*pair),
            caption=(),
            kind="change",
            unit="points",
            item=item,
            series=(self.wording.term("change_between", previous=pair[1], edition=pair[0]),),
            colours=series_colours(1),
            rows=tuple(
                Row(
                    label,
                    (
                        Mark(
                            0, change.change, change.lower, change.upper, status=change.status,
                            change=change,
                        ),
                    ),
                    link=link,
                    group=group,
                )
                for label, link, group, change in rows
            ),
            heading=heading,
            editions=self.names.series_editions([pair[0]]),
        )
