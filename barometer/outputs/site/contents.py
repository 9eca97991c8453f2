"""What the site shows, as the marts hold it: numbers rounded, labels by language."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import duckdb
import pyarrow as pa

from barometer.outputs.printed_report.exhibits import (
    Cell,
    Change,
    Exhibit,
    Labels,
    labels,
    read_exhibits,
)

# Domain and category of all enterprises.
TOTAL = ("total", "total")


@dataclass(frozen=True)
class Estimate:
    """A share of enterprises, in percent with one decimal, and how sure it is, in its public form.

    Attributes:
        lower, upper: ends of the 95% confidence interval.
        respondents: responses in the base; of a sector or size class in tens, unless all enterprises
            are in the base.
        status: what there is to say of it, a code of SDMX, as a printed bar has one.
    """

    value: float | None
    lower: float | None
    upper: float | None
    respondents: int | None
    status: str


@dataclass(frozen=True)
class Point:
    """An indicator of all enterprises in one edition of its series.

    Attributes:
        is_print: it is copied from a report of which nothing else exists.
        is_break: it cannot be compared with the edition before as it is.
    """

    edition: int
    estimate: Estimate
    is_print: bool
    is_break: bool


@dataclass(frozen=True)
class Category:
    """A sector or a size class."""

    domain: str
    code: str
    labels: Labels

    @property
    def slug(self) -> str:
        """The code as part of a file name."""
        return "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in self.code)


@dataclass(frozen=True)
class Indicator:
    """An indicator, with its question, its block and the bases that it has estimates of.

    Attributes:
        question_id: the question that it counts answers to.
        eurostat_codes: the code that Eurostat has for it, by base; only bases that have one.
    """

    id: str
    labels: Labels
    questions: Labels
    question_id: str
    block_id: str | None
    eurostat_codes: dict[str, str]
    base_ids: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """Everything that pages are made of.

    Attributes:
        statuses: status of the data by edition, the newest first.
        estimates, changes: by edition, or by pair of editions, the later first.
        scope_estimates: what other surveys cover: scope and estimate, by edition, indicator and base.
        series: every edition of an indicator and base that is in print too, the oldest first.
        trends: slopes of all enterprises over three and more editions, up to the newest that has one.
        table_codes: codes of the rows and indicators of a table of percentages; of the sectors of
            the rows of a table of words.
    """

    statuses: dict[int, str]
    editions: list[dict]
    exhibits: list[Exhibit]
    categories: list[Category]
    blocks: dict[str, Labels]
    bases: dict[str, dict]
    indicators: dict[str, Indicator]
    estimates: dict[int, dict[Cell, Estimate]]
    scope_estimates: dict[tuple[int, str, str], list[tuple[str, Estimate]]]
    changes: dict[tuple[int, int], dict[Cell, Change]]
    series: dict[tuple[str, str], list[Point]]
    trends: list[dict]
    table_codes: dict[tuple[int, str], tuple[list[str], list[str]]]
    fieldwork: dict[int, list[dict]]

    @property
    def newest(self) -> int:
        """The edition that the site opens with; 0 without one."""
        return max(self.statuses, default=0)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Pairs of editions compared, the newest first and the nearest before the others."""
        return sorted(self.changes, reverse=True)

    @cached_property
    def places(self) -> dict[int, set[tuple[str, str]]]:
        """Domain and category of what each edition has estimates of."""
        return {
            edition: {
                tuple(place)
                for indicator, _, *place in self.estimates.get(edition, {})
                if indicator in self.indicators
            }
            for edition in self.statuses
        }

    def editions_of(self, category: Category) -> list[int]:
        """Editions that have estimates of a sector or a size class, the newest first."""
        place = (category.domain, category.code)
        return [edition for edition in self.statuses if place in self.places[edition]]

    def of(self, domain: str, edition: int) -> list[Category]:
        """Sectors or size classes that an edition has estimates of, in order."""
        return [
            category for category in self.categories
            if category.domain == domain and edition in self.editions_of(category)
        ]


    def changes_of(self, edition: int) -> dict:
        """Changes from the nearest earlier edition, if it was compared with one."""
        pairs = [pair for pair in self.pairs if pair[0] == edition]
        return self.changes[pairs[0]] if pairs else {}

    def indicators_by_block(self) -> list[tuple[str, list[Indicator]]]:
        """Indicators by block, in the order of both."""
        groups = {block: [] for block in self.blocks}
        for indicator in self.indicators.values():
            groups.setdefault(indicator.block_id, []).append(indicator)
        return [(block, members) for block, members in groups.items() if members]

    def base_ids(self, members: list[Indicator]) -> list[str]:
        """Bases of some indicators, in their order."""
        found = {base for indicator in members for base in indicator.base_ids}
        return sorted(found, key=lambda base: self.bases[base]["sort_order"])


def read_contents(
    session: duckdb.DuckDBPyConnection,
    report_seeds: dict[str, pa.Table],
    site_seeds: dict[str, pa.Table],
) -> Contents:
    """Read the marts, with the seeds that say how they are shown.

    Args:
        session: connection with the marts in its schema `marts`.
        report_seeds: `tables`, `captions` and `terms`, as `write_report` takes them.
        site_seeds: the seeds `bases` and `blocks`.
    """
    editions = rows_of(session, "select * from marts.dim_editions order by edition desc")
    statuses = {row["edition"]: row["status"] for row in editions}
    exhibits = read_exhibits(session, **report_seeds)
    return Contents(
        statuses=statuses,
        editions=editions,
        exhibits=exhibits,
        categories=read_categories(session),
        blocks={
            row["block_id"]: labels(row, "label")
            for row in sorted(
                site_seeds["blocks"].to_pylist(), key=lambda row: row["sort_order"]
            )
        },
        bases={row["base_id"]: row for row in site_seeds["bases"].to_pylist()},
        indicators=read_indicators(session, site_seeds["bases"]),
        estimates=read_estimates(session),
        scope_estimates=read_scope_estimates(session),
        changes=read_changes(session),
        series=read_series(session),
        trends=rows_of(
            session,
            "select * from marts.fct_trends where domain = 'total' "
            "qualify edition = max(edition) over () order by indicator_id, base_id",
        ),
        table_codes=read_table_codes(session, report_seeds["tables"]),
        fieldwork=by_edition(
            rows_of(
                session,
                "select * replace (if(unit = 'percent', round(value, 1), value) as value) "
                "from marts.fct_fieldwork order by edition, sort_order",
            )
        ),
    )


def rows_of(session: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    """Rows of a query as dicts."""
    return session.sql(query).to_arrow_table().to_pylist()


def by_edition(rows: list[dict]) -> dict[int, list[dict]]:
    """Rows that are sorted by edition, by edition."""
    return {
        edition: list(group) for edition, group in groupby(rows, key=lambda row: row["edition"])
    }


def read_categories(session: duckdb.DuckDBPyConnection) -> list[Category]:
    """Size classes, then sectors, in their order."""
    return [
        Category(row["domain"], row["category"], labels(row, "label"))
        for row in rows_of(
            session,
            "select * from marts.dim_categories where domain != 'total' "
            "order by domain desc, sort_order",
        )
    ]


def read_indicators(
    session: duckdb.DuckDBPyConnection, bases: pa.Table
) -> dict[str, Indicator]:
    """Indicators in their order, without those that the report prints as a count alone.

    One whose question belongs to no block is in the block of the one before it.
    """
    base_ids = {}
    for indicator, base in session.sql(
        "select distinct indicator_id, base_id from marts.fct_estimates where domain = 'total'"
    ).fetchall():
        base_ids.setdefault(indicator, []).append(base)
    order = {row["base_id"]: row["sort_order"] for row in bases.to_pylist()}
    indicators, block = {}, None
    for row in rows_of(
        session,
        """
        select
            indicators.*, questions.block_id,
            questions.label_nl as question_nl, questions.label_en as question_en
        from marts.dim_indicators as indicators
        left join marts.dim_questions as questions using (question_id)
        where indicators.indicator_id not in (
            select indicator_id from marts.rpt_reconciliation
            where indicator_id is not null
            group by indicator_id having bool_and(unit = 'count')
        )
        order by indicators.sort_order, indicators.indicator_id
        """,
    ):
        block = row["block_id"] or block
        if row["indicator_id"] in base_ids:
            indicators[row["indicator_id"]] = Indicator(
                id=row["indicator_id"],
                labels=labels(row, "label"),
                questions=labels(row, "question"),
                question_id=row["question_id"],
                block_id=block,
                eurostat_codes=dict.fromkeys(
                    (row["eurostat_base_ids"] or "").split("|"), row["eurostat_code"]
                ) if row["eurostat_code"] else {},
                base_ids=tuple(sorted(base_ids[row["indicator_id"]], key=order.__getitem__)),
            )
    return indicators


def read_estimates(session: duckdb.DuckDBPyConnection) -> dict[int, dict[Cell, Estimate]]:
    """Estimates by edition and cell."""
    estimates = {}
    for edition, *cell_and_values in session.sql(
        """
        select
            edition, indicator_id, base_id, domain, category,
            estimate_pct, ci_lower_pct, ci_upper_pct, respondent_count,
            if(conf_status = 'F', obs_status, conf_status)
        from marts.fct_estimates
        """
    ).fetchall():
        estimates.setdefault(edition, {})[tuple(cell_and_values[:4])] = Estimate(
            *cell_and_values[4:]
        )
    return estimates


def read_scope_estimates(
    session: duckdb.DuckDBPyConnection,
) -> dict[tuple[int, str, str], list[tuple[str, Estimate]]]:
    """Estimates of the scopes of other surveys, by edition, indicator and base."""
    estimates = {}
    for edition, indicator, base, scope, *values in session.sql(
        """
        select
            edition, indicator_id, base_id, scope_id,
            estimate_pct, ci_lower_pct, ci_upper_pct, respondent_count,
            if(conf_status = 'F', 'A', conf_status)
        from marts.fct_scope_estimates
        order by edition, indicator_id, base_id, scope_id
        """
    ).fetchall():
        estimates.setdefault((edition, indicator, base), []).append((scope, Estimate(*values)))
    return estimates


def read_changes(
    session: duckdb.DuckDBPyConnection,
) -> dict[tuple[int, int], dict[Cell, Change]]:
    """Changes by pair of editions, the later first, and cell."""
    changes = {}
    for edition, previous, *cell_and_values in session.sql(
        """
        select
            edition, previous_edition, indicator_id, base_id, domain, category,
            change_pp, ci_lower_pp, ci_upper_pp, is_significant, is_comparable,
            comparability_reason, obs_status
        from marts.fct_changes
        """
    ).fetchall():
        changes.setdefault((edition, previous), {})[tuple(cell_and_values[:4])] = Change(
            *cell_and_values[4:], previous
        )
    return changes


def read_series(session: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[Point]]:
    """Series with an edition of which only print exists, by indicator and base."""
    series = {}
    for edition, indicator, base, is_print, is_break, *values in session.sql(
        """
        select
            edition, indicator_id, base_id, series_kind = 'print', is_break,
            estimate_pct, ci_lower_pct, ci_upper_pct, respondent_count, coalesce(obs_status, 'A')
        from marts.rpt_series
        where (indicator_id, base_id) in (
            select (indicator_id, base_id) from marts.rpt_series where series_kind = 'print'
        )
        order by edition
        """
    ).fetchall():
        series.setdefault((indicator, base), []).append(
            Point(edition, Estimate(*values), is_print, is_break)
        )
    return series


def read_table_codes(
    session: duckdb.DuckDBPyConnection, tables: pa.Table
) -> dict[tuple[int, str], tuple[list[str], list[str]]]:
    """Codes of rows and indicators of each table, as `read_tables` orders them, but those of counts.

    A row of a table of words has the code of the sector that it is in.
    """
    known = {row["indicator_id"] for row in rows_of(session, "from marts.dim_indicators")}
    codes = {}
    for definition in tables.to_pylist():
        if definition["column_dimension"]:
            continue
        code = f"{definition['row_dimension'] if definition['domain'] else 'sector'}_code"
        rows = rows_of(
            session, f"select * from marts.{definition['mart_name']} order by edition, sort_order"
        )
        for edition, members in by_edition(rows).items():
            codes[edition, definition["table_id"]] = (
                [row[code] for row in members],
                [
                    name
                    for name in members[0]
                    if name in known and any(row[name] is not None for row in members)
                ],
            )
    return codes
