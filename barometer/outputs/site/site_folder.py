"""The folder `site` of a release.

    site/index.html               the choice of a language
    site/assets/                  style sheet and script
    site/<nl|en>/<page>.html      the same names in every language
    site/<nl|en>/data/<page>.csv  the numbers that a page draws
    site/<nl|en>/search.js        index of the search field
"""

import csv
import io
import re
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
from jinja2 import Environment
from markupsafe import Markup, escape

from barometer.outputs.language.wording import Wording
from barometer.outputs.page_frame.frame import (
    Publication,
    environment,
    framed,
    read_publication,
    style_sheet,
    wordings_of,
)
from barometer.outputs.printed_report.exhibits import labels
from barometer.outputs.site.addresses import exhibit_files
from barometer.outputs.site.charts import Chart
from barometer.outputs.site.contents import Contents, by_edition, read_contents, rows_of
from barometer.outputs.site.pages import Page, PageWriter
from barometer.outputs.site.search import search_index
from barometer.system.whole_files import place
from barometer.system.worker import Worker

# Files of a release that are not one edition's: shown in this order, then by name.
LEADING_ENDINGS = (".xlsx", ".html")

# The page beside the site that leads to all of it.
FRONT_PAGE = "index.html"


def write_site(
    session: duckdb.DuckDBPyConnection,
    report_seeds: dict[str, pa.Table],
    site_seeds: dict[str, pa.Table],
    folder: Path,
) -> None:
    """Write the site; the files that are already beside the folder are its downloads.

    Args:
        session: connection with the marts in its schema `marts`.
        report_seeds: `tables`, `captions` and `terms`, as `write_report` takes them.
        site_seeds: the seeds `site_texts`, `site_highlights`, `bases`, `blocks`, `sectors`,
            `reliability_rules`, `scopes`, `targets`, `target_measures`, `external_values`, `footnotes`,
            `printed_editions`, `search_synonyms` and `publication`.
        folder: the folder to write, which does not exist yet.

    Raises:
        ValueError: the name of a page is no name of a file.
    """
    contents = read_contents(session, report_seeds, site_seeds)
    presentation = {
        "tables": report_seeds["tables"].to_pylist(),
        "site_highlights": sorted(
            site_seeds["site_highlights"].to_pylist(), key=lambda row: row["sort_order"]
        ),
        **{
            name: sorted(site_seeds[name].to_pylist(), key=lambda row: row["sort_order"])
            for name in ("scopes", "targets", "target_measures", "external_values", "footnotes")
        },
        "printed_editions": sorted(
            site_seeds["printed_editions"].to_pylist(), key=lambda row: row["edition"]
        ),
        "search_synonyms": {
            row["word"]: row["means"].split("|") for row in site_seeds["search_synonyms"].to_pylist()
        },
        "quality": by_edition(read_quality(session)),
        "claims": by_edition(
            rows_of(session, "select * from marts.rpt_claims order by edition desc, sort_order")
        ),
        "edition_changes": by_edition(
            rows_of(
                session,
                "select * from marts.rpt_edition_changes "
                "order by edition desc, kind, item_id, question_id",
            )
        ),
        "questions": {
            row["question_id"]: labels(row, "label")
            for row in rows_of(session, "from marts.dim_questions")
        },
        "downloads": list_downloads(folder),
        "since": {
            row["sector_code"]: row["first_edition"]
            for row in in_force(site_seeds["sectors"], contents.newest)
            if row["first_edition"]
        },
        "rules": [
            row
            for row in sorted(
                site_seeds["reliability_rules"].to_pylist(), key=lambda row: row["sort_order"]
            )
            if row["is_applied"]
        ],
    }
    wordings = wordings_of(report_seeds["terms"], site_seeds["site_texts"])
    publication = read_publication(session, site_seeds["publication"])
    (folder / "assets").mkdir(parents=True)
    script = files("barometer.outputs.site") / "assets" / "site.js"
    (folder / "assets" / "site.css").write_text(style_sheet(), encoding="utf-8")
    (folder / "assets" / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "index.html").write_text(
        site_templates().get_template("languages").render(
            framed(publication, wordings, f"{folder.name}/index.html")
        ),
        encoding="utf-8",
    )
    here, *elsewhere = wordings
    with closing(Worker()) as worker:
        for wording in elsewhere:
            worker.submit(
                write_pages, contents, presentation, publication, wordings, wording, folder
            )
        write_pages(contents, presentation, publication, wordings, here, folder)
        for _ in elsewhere:
            worker.result()


def write_pages(
    contents: Contents,
    presentation: dict,
    publication: Publication,
    wordings: list[Wording],
    wording: Wording,
    folder: Path,
) -> None:
    """The pages of one language, their numbers and the index of their search field.

    Raises:
        ValueError: the name of a page is no name of a file.
    """
    templates = site_templates()
    pages = folder / wording.language.code
    (pages / "data").mkdir(parents=True)
    writer = PageWriter(contents, wording, presentation)
    (pages / "search.js").write_text(search_index(writer, wordings), encoding="utf-8")
    for page in writer.pages():
        place(pages, f"{page.name}.html").write_text(
            templates.get_template(page.template).render(
                page=page, writer=writer, contents=contents, presentation=presentation,
                wording=wording, term=wording.term, numbers=writer.numbers,
                label=writer.names.label, wordings=wordings,
                **page.context,
                **framed_page(page, publication, wording, f"{folder.name}/{wording.language.code}"),
            ),
            encoding="utf-8",
        )
        if page.charts:
            place(pages / "data", f"{page.name}.csv").write_text(
                csv_text(page, writer), encoding=wording.language.csv_encoding, newline=""
            )


def framed_page(page: Page, publication: Publication, wording: Wording, folder: str) -> dict:
    """What the frame of a page takes; a figure or table is described by what is above it, and has its
    picture.

    Args:
        folder: where the page is in the public part of a release.
    """
    exhibit = page.context.get("exhibit")
    return framed(
        publication, [wording], f"{folder}/{page.name}.html",
        page.title if page.name != "index" else None,
        ". ".join(exhibit.headings(wording)) if exhibit else None,
        f"{exhibit_files(exhibit, wording.language.code)}.png" if exhibit else None,
    )


def in_force(seed: pa.Table, edition: int) -> list[dict]:
    """Rows of a seed that hold in an edition."""
    return [
        row for row in seed.to_pylist()
        if (row["first_edition"] or edition) <= edition <= (row["last_edition"] or edition)
    ]


def read_quality(session: duckdb.DuckDBPyConnection) -> list[dict]:
    """Rows of `rpt_quality` as the quality report takes them, the newest edition first."""
    return rows_of(
        session,
        """
        select * from marts.rpt_quality
        order by
            edition desc, concept_sort_order, measure_sort_order, domain, category_sort_order,
            category
        """,
    )


def list_downloads(site: Path) -> dict[str, list[str]]:
    """Files of the public part of a release by folder, its own first, without the site itself and the
    front page. What is deeper in a folder is shown by the page of that folder.
    """
    found = {}
    for path in sorted(
        [*site.parent.glob("*"), *site.parent.glob("*/*")],
        key=lambda path: (
            path.suffix not in LEADING_ENDINGS,
            LEADING_ENDINGS.index(path.suffix) if path.suffix in LEADING_ENDINGS else 0,
            path,
        ),
    ):
        name = path.relative_to(site.parent)
        if path.is_file() and name.parts[0] not in (site.name, FRONT_PAGE):
            found.setdefault(name.parent.as_posix(), []).append(name.as_posix())
    return dict(sorted(found.items()))


def site_templates() -> Environment:
    """The templates of this package."""
    templates = environment(__package__)
    templates.filters["whole"] = keep_whole
    return templates


def keep_whole(text: str) -> Markup:
    """A label in which no line ends between numbers that a hyphen joins, as in a code."""
    return Markup(re.sub(r"\d+-\d+", r'<span class="whole">\g<0></span>', str(escape(text))))


def csv_text(page: Page, writer: PageWriter) -> str:
    """The numbers that a page draws: bare, in the number format of its language."""
    wording = writer.wording
    header = (
        "csv_chart", "csv_edition", "csv_status", "csv_series", "csv_item", "csv_value",
        "csv_lower", "csv_upper", "csv_respondents", "csv_mark", "csv_change",
        "csv_change_lower", "csv_change_upper",
    )
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=wording.language.csv_delimiter, lineterminator="\r\n")
    rows.writerow(wording.term(name) for name in header)
    for chart in page.charts:
        rows.writerows(csv_rows(chart, wording))
    return text.getvalue()


def csv_rows(chart: Chart, wording: Wording) -> list[list[object]]:
    """One row a number; a chart of changes has changes in their place."""
    def bare(value: float | None) -> str | None:
        return None if value is None else f"{value:g}".replace(".", wording.language.decimal_mark)

    records = []
    for row in chart.rows:
        for mark in row.marks:
            edition, status = chart.editions[mark.series if len(chart.editions) > 1 else 0]
            change = mark.change
            moved = (change.change, change.lower, change.upper) if change else (None,) * 3
            own = [None] * 3 if chart.kind == "change" else [mark.value, mark.lower, mark.upper]
            records.append(
                [
                    chart.title, edition, status, chart.series[mark.series], row.label,
                    *map(bare, own), mark.respondents, wording.mark(mark.status),
                    *map(bare, moved),
                ]
            )
    return records
