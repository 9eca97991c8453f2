"""The report site in a real browser: what it shows, and that anybody can use it.

The browser is the machine's own Chromium. Everything that is expected comes from the
released marts and the seeds.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import threading
import unicodedata
from dataclasses import fields
from datetime import date
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import duckdb
import lxml.html
import pyarrow as pa
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from barometer.outputs.exports.front_page import ADDRESSES, front_entries
from barometer.outputs.language.wording import LANGUAGES, Wording
from barometer.outputs.page_frame.frame import ITEMS, Publication, all_terms, read_publication
from barometer.outputs.printed_report.exhibits import Change
from barometer.outputs.site.charts import Chart, Mark, Row, nice_end
from barometer.outputs.site.contents import Contents
from barometer.outputs.site.edition_changes import shared_name
from barometer.outputs.site.site_folder import keep_whole, list_downloads, write_site
from barometer.release.publish import EXPORTS
from helpers import PROJECT, folder_digests, published_marts, read_rows, reference

CODES = tuple(language.code for language in LANGUAGES)
MEGABYTE = 1_000_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SITE_SEEDS = ("site_texts", "site_highlights", "bases", "blocks", "sectors", "reliability_rules",
              "scopes", "targets", "target_measures", "external_values", "footnotes",
              "printed_editions", "search_synonyms", "publication")

# Pages of the public part of a release beside the site, as the site sees them.
BESIDE = ("../index.html", "../quality_report.html", "../report/index.html")

# A publication of which everything is known.
KNOWN = [
    {"item_id": name, "text_nl": f"{name} nl & meer", "text_en": f"{name} en & more",
     "url": f"https://example.org/{name}/"}
    for name in ("commissioner", "licence", "citation", "contact", "site")
]

# What a chart says and how long its bars are, in percent of its axis.
READ_CHART = """figure => {
  const text = part => part ? part.textContent.trim().replace(/\\s+/g, " ") : null;
  return {
    ticks: [...figure.querySelectorAll(".ticks span, .row:first-child .slope em")].map(text),
    rows: [...figure.querySelectorAll(".row")].map(row => ({
      label: text(row.querySelector(".label")),
      years: [...row.querySelectorAll(".slope u")].map(text),
      points: [...row.querySelectorAll(".slope .point")].map(point => {
        const slope = row.querySelector(".slope"), box = slope.getBoundingClientRect();
        const height = slope.clientHeight, bottom = box.top + slope.clientTop + height;
        const middle = part => part.getBoundingClientRect().top + part.getBoundingClientRect().height / 2;
        const reach = point.previousElementSibling.getBoundingClientRect();
        return [bottom - middle(point), bottom - reach.bottom, bottom - reach.top].map(x => 100 * x / height);
      }),
      tracks: [...row.querySelectorAll(".track")].map(track => {
        const plot = (track.querySelector(".plot") || track).getBoundingClientRect();
        const place = name => {
          const part = track.querySelector(name);
          if (!part) return null;
          const box = part.getBoundingClientRect();
          return [100 * (box.left - plot.left) / plot.width, 100 * box.width / plot.width];
        };
        if (!track.querySelector(".plot")) return {
          series: +track.dataset.series, shown: track.checkVisibility(),
          name: text(track.querySelector(".hidden")), value: text(track.querySelector(".value b")),
          sign: text(track.querySelector(".value .sign")), range: text(track.querySelector(".range")),
        };
        return {
          series: +track.dataset.series, shown: track.checkVisibility(),
          value: text(track.querySelector(".value b")), bar: place(".bar"),
          sign: text(track.querySelector(".value .sign")),
          range: text(track.querySelector(".range")), interval: place(".interval"),
        };
      }),
    })),
    table: [...figure.querySelectorAll("tbody tr")].map(row => [...row.children].map(text)),
    key: [...figure.querySelectorAll(".key button, .choose option")].map(text),
  };
}"""


# Words of headings that do not fit on a line, where nothing hyphenates them.
BROKEN_HEADINGS = """[...document.querySelectorAll("h1, h2, h3, h4")].flatMap(heading => {
  heading.style.hyphens = "manual";
  const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT), broken = [];
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  }
  return broken;
})"""


# Text of the first line that a search finds, or nothing.
FIRST_FOUND = """
(document.querySelector(".found:not([hidden]) li") || {textContent: ""}).textContent
""".strip()


def find_chromium() -> str:
    """The Chromium of the machine; where it has none and may, Debian's is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    reasons = []
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            apt = subprocess.run(
                ["apt-get", "-qq", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120",
                 *command],
                check=False, capture_output=True, text=True,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
            reasons.append(apt.stderr[-1000:])
        found = shutil.which("chromium")
    if found is None:
        pytest.fail(
            "\n".join([*reasons, "no Chromium found; get one: sudo apt-get install chromium"]),
            pytrace=False,
        )
    return found


@pytest.fixture(scope="module")
def release(built_project):
    """The release of a whole build."""
    return built_project / "release"


@pytest.fixture(scope="module")
def site(release):
    """The site of a whole build."""
    return release / "public" / "site"


@pytest.fixture(scope="module")
def parsed(site):
    """Every page of the public part, parsed."""
    return {path: Links(path.read_text(encoding="utf-8")) for path in site.parent.rglob("*.html")}


@pytest.fixture(scope="module")
def elsewhere():
    """Addresses that the seed `publication` gives, where pages may lead elsewhere."""
    return {row["url"] for row in reference("publication") if row["url"]}


@pytest.fixture(scope="module")
def marts(built_project):
    """What the site reads: the marts, in their public form where they have one."""
    with published_marts(built_project) as connection:
        connection.execute("use memory.marts")
        yield connection


@pytest.fixture(scope="module")
def browser():
    """A headless browser with a profile of its own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def visit(browser, site):
    """A function that opens a page of the site from disk, in one window a size."""
    windows = {}

    def opened(name, width=1280, height=900):
        if width not in windows:
            windows[width] = browser.new_context(
                viewport={"width": width, "height": height}, reduced_motion="reduce"
            ).new_page()
        window, address = windows[width], f"{site.as_uri()}/{name}"
        if window.url.partition("#")[0] == address.partition("#")[0]:
            # The browser would stay on the page as it was left.
            window.goto("about:blank")
        window.goto(address)
        window.evaluate("try { sessionStorage.clear() } catch (error) {}")
        return window

    return opened


@pytest.fixture(scope="module")
def wordings():
    """Words by language."""
    terms = all_terms(
        pa.Table.from_pylist(reference("report_terms")),
        pa.Table.from_pylist(reference("site_texts")),
    )
    return {language.code: Wording(language, terms) for language in LANGUAGES}


def rows(marts, query, *values):
    """Rows of a query as dicts."""
    return marts.execute(query, values).to_arrow_table().to_pylist()


def newest(marts):
    """The newest edition."""
    return marts.sql("select max(edition) from dim_editions").fetchone()[0]


def kinds_of_pages(site, *places):
    """Pages of each kind, by what its name begins with: at these places of it by size, from 0 to 1;
    one of middling size where none is given."""
    kinds = {}
    for path in sorted((site / CODES[0]).glob("*.html"), key=lambda path: path.stat().st_size):
        kinds.setdefault(re.match(r"[a-z]+", path.name)[0], []).append(path.name)
    return sorted({
        names[round(place * (len(names) - 1))]
        for names in kinds.values() for place in places or (0.5,)
    })


def shown_interval(row, wording):
    """Both ends of an interval as they are printed."""
    return wording.term(
        "interval", lower=wording.decimal(row["lower"]), upper=wording.decimal(row["upper"])
    )


class Links:
    """Addresses, ids and language of a page."""

    def __init__(self, text):
        page = lxml.html.document_fromstring(text)
        self.found, self.ids, self.language = page.xpath("//@href | //@src"), page.xpath("//@id"), page.get("lang")
        self.alternates = {
            link.get("hreflang"): link.get("href")
            for link in page.iter("link") if link.get("rel") == "alternate"
        }


def test_every_link_leads_somewhere(parsed, release, elsewhere):
    """Every address is a file of the public part, every fragment an id there, and ids are unique."""
    assert len(parsed) > 100
    there = {path for path in (release / "public").rglob("*") if path.is_file()}
    for path, page in parsed.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.found:
            if link == "data:," or link in elsewhere:
                continue
            assert not re.match(r"[a-z]+:|//", link), (path, link)
            address, _, fragment = link.partition("#")
            target = Path(os.path.normpath(path.parent / unquote(address))) if address else path
            assert target in there, (path, link)
            if fragment:
                assert fragment in parsed[target].ids, (path, link)


def test_every_page_is_there_in_every_language(site, parsed, marts):
    """The same names in each folder; a page knows its language and where the others are."""
    names = [{path.name for path in (site / code).glob("*.html")} for code in CODES]
    assert all(other == names[0] for other in names)
    for code in CODES:
        for path in (site / code).glob("*.html"):
            page = parsed[path]
            assert page.language == code
            assert page.alternates == {other: f"../{other}/{path.name}" for other in CODES}
    expected = {
        f"{name}.html" for (name,) in marts.sql(
            """
            select distinct figure || '-' || if(compares_editions, newest, edition)
            from rpt_figures cross join (select max(edition) as newest from dim_editions)
            union all
            select 'indicator-' || indicator_id from fct_estimates
            where indicator_id not in (
                select indicator_id from rpt_reconciliation group by all
                having bool_and(unit = 'count')
            )
            union all
            select 'size-' || size_class_code || '-' || edition
            from dim_size_classes cross join dim_editions
            """
        ).fetchall()
    } | {f"{row['table_id']}-{newest(marts)}.html" for row in reference("report_tables")}
    assert expected <= names[0]


def test_every_page_is_small_and_its_own(site, elsewhere):
    """A page with its style sheet, script and search index is below a megabyte."""
    shared = sum(path.stat().st_size for path in (site / "assets").iterdir())
    for code in CODES:
        index = (site / code / "search.js").stat().st_size
        largest = max(path.stat().st_size for path in (site / code).glob("*.html"))
        assert shared + index + largest < MEGABYTE
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css", ".js"):
            text = path.read_text(encoding="utf-8")
            for address in elsewhere:
                text = text.replace(address, "")
            assert not re.search(r"https?://|url\(|@import", text), path


def test_same_marts_same_bytes(site, built_project, tmp_path):
    """Written again from the same marts, all has the same bytes but what lists the downloads."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        presentation = report_seeds(warehouse), site_seeds(warehouse)
    with published_marts(built_project) as session:
        write_site(session, *presentation, tmp_path / "site")
    released, again = folder_digests(site), folder_digests(tmp_path / "site")
    assert released.keys() == again.keys()
    assert {name for name in released if released[name] != again[name]} == {
        f"{code}/downloads.html" for code in CODES
    }


def report_seeds(warehouse):
    """What the report in print takes beside the marts."""
    return {
        "tables": warehouse.sql("from reference.report_tables").to_arrow_table(),
        "captions": warehouse.sql("from estimates.int_exhibits_captioned").to_arrow_table(),
        "terms": warehouse.sql("from reference.report_terms").to_arrow_table(),
    }


def site_seeds(warehouse):
    """What the site takes beside that."""
    return {
        name: warehouse.sql(f"from reference.{name}").to_arrow_table() for name in SITE_SEEDS
    }


@pytest.fixture
def changed_site(built_project, tmp_path):
    """A function that writes a site from marts that statements have changed, and other seeds."""
    def written(*statements, **seeds):
        with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
            presentation = report_seeds(warehouse), site_seeds(warehouse) | seeds
        with published_marts(built_project) as session:
            for statement in statements:
                session.execute(statement)
            write_site(session, *presentation, tmp_path / "site")
        return tmp_path / "site"

    return written


def test_a_page_is_in_the_folder_of_its_language(changed_site, tmp_path):
    """A figure whose id leads elsewhere is refused; nothing is written there."""
    with pytest.raises(ValueError, match="folder nl: found '../../.*; expected a name"):
        changed_site("update marts.rpt_figures set figure = '../../' || figure")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_single_edition_has_no_evolution(changed_site, marts):
    """Without another edition there is nothing to compare, and nothing links to it."""
    edition = newest(marts)
    tables = [
        table for (table,) in marts.sql(
            "select table_name from duckdb_columns() where column_name = 'edition' "
            "and schema_name = 'marts' and database_name = 'ai_barometer'"
        ).fetchall()
    ]
    site = changed_site(
        "delete from marts.fct_changes",
        *(f"delete from marts.{table} where edition != {edition}" for table in tables),
        publication=pa.Table.from_pylist(KNOWN),
    )
    assert (site / CODES[0] / "index.html").exists()
    assert not list(site.rglob("evolution*"))
    assert_links_lead_somewhere(site, "**/*.html")
    assert_everything_known_is_shown(site)


def assert_everything_known_is_shown(site):
    """Each page has what the seed says, and its own address on the web; a figure its picture there."""
    for path in site.rglob("*.html"):
        page = lxml.html.document_fromstring(path.read_text(encoding="utf-8"))
        for code in [page.get("lang")] if page.xpath("//nav") else CODES:
            for row in KNOWN[:-1]:
                (link,) = page.xpath(f"//footer//div[@lang='{code}']//dd/a[@href='{row['url']}']")
                assert link.text == row[f"text_{code}"]
        name = path.relative_to(site.parent).as_posix()
        assert page.xpath("//meta[@property='og:url']/@content") == [KNOWN[-1]["url"] + name]
        pictures = page.xpath("//meta[@property='og:image']/@content")
        assert len(pictures) == len(page.find_class("take"))
        for picture in pictures:
            assert picture.startswith(f"{KNOWN[-1]['url']}report/") and picture.endswith(".png")
            link, code = page.xpath("//*[@id='take-link' or @id='take-code']")
            assert link.get("value") == KNOWN[-1]["url"] + name and link.get("data-relative") is None
            assert f'href="{link.get("value")}"' in code.text
            assert picture.replace(".png", ".svg") in code.text


def test_what_is_not_known_is_not_shown(wordings):
    """An item without a text has no line; the day of publication is that of the newest edition with one."""
    nothing = {row["item_id"]: dict.fromkeys(row) for row in KNOWN}
    empty = Publication(nothing, None, False)
    for wording in wordings.values():
        assert empty.lines(wording) == []
        known = Publication({row["item_id"]: row for row in KNOWN}, (2031, date(2032, 5, 3)), False)
        lines = known.lines(wording)
        assert [name for name, *_ in lines] == [wording.term(f"publication_{name}") for name in ITEMS]
        assert "2032" in lines[1][1] and "2031" in lines[1][1] and lines[1][2] is None
    assert empty.address("a.html") is None
    with duckdb.connect() as session:
        session.execute(
            "create schema marts; create table marts.dim_editions as from (values "
            "(2001, 'final', date '2002-02-03'), (2003, 'synthetic', null)) t (edition, status, publication_date)"
        )
        read = read_publication(session, pa.Table.from_pylist(KNOWN))
    assert (read.published, read.is_synthetic) == ((2001, date(2002, 2, 3)), True)


def assert_links_lead_somewhere(site, *patterns):
    """Every address on these pages that does not leave the site is a file of it."""
    for path in [path for pattern in patterns for path in site.glob(pattern)]:
        for link in Links(path.read_text(encoding="utf-8")).found:
            target = Path(os.path.normpath(path.parent / unquote(link.partition("#")[0])))
            leaves = link.startswith(("#", "data:", "https:")) or not target.is_relative_to(site)
            assert leaves or target.is_file(), (path, link)


def test_a_sector_is_shown_where_an_edition_has_it(changed_site, marts, browser):
    """One that ended has its last pages, is found there, and is not among the sectors of now."""
    edition = newest(marts)
    ended, *_ = rows(marts, "from dim_sectors order by sort_order")
    code = ended["sector_code"]
    later = [
        table for (table,) in marts.sql(
            "select table_name from duckdb_columns() where schema_name = 'marts' "
            "and database_name = 'memory' "
            "and column_name in ('sector_code', 'edition') group by all having count(*) = 2"
        ).fetchall()
    ]
    assert later
    site = changed_site(
        *(f"delete from marts.{table} where sector_code = '{code}' and edition = {edition}"
          for table in later),
        *(f"delete from marts.{table} where category = '{code}' and edition = {edition}"
          for table in ("fct_estimates", "fct_changes")),
    )
    assert_links_lead_somewhere(
        site, f"{CODES[0]}/*-{edition}.html", f"{CODES[0]}/indicator-[a-i]*.html",
        f"{CODES[0]}/[!i]*s.html", f"{CODES[0]}/index.html",
    )
    for language in CODES:
        folder = site / language
        pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
        assert not any(
            '<figure class="chart' not in text for name, text in pages.items()
            if name.startswith(("sector-", "size-"))
        )
        assert f"sector-{code}-{edition}.html" not in pages
        last = f"sector-{code}-{edition - 1}.html"
        assert last in pages and last in pages["domains.html"]
        (words,) = [row["table_id"] for row in reference("report_tables") if is_words(row)]
        activity = next(
            row[f"label_{language}"] for row in reference("sector_activities")
            if row["sector_code"] == code
        )
        assert last not in pages["index.html"]
        assert activity in pages[f"{words}-{edition - 1}.html"]
        assert activity not in pages[f"{words}-{edition}.html"]
    indicator = reference("indicators")[0][f"label_{CODES[0]}"]
    label = ended[f"label_{CODES[0]}"]
    window = browser.new_page()
    window.goto(f"{site.as_uri()}/{CODES[0]}/index.html")
    window.fill("#search", f"{indicator} {label}")
    window.wait_for_function(
        f"searched => searched.every(text => {FIRST_FOUND}.includes(text))",
        arg=[indicator, label, str(edition - 1)], timeout=5000,
    )
    window.close()


def test_what_is_withheld_has_a_mark_and_no_number(changed_site, marts, wordings):
    """An estimate that is not free shows the sign of no value, its mark and the legend."""
    cell = rows(
        marts, "select * from fct_estimates where domain = 'sector' and obs_status = 'A' "
        "order by edition desc, estimate_pct desc limit 1",
    )[0]
    where = " and ".join(
        f"{name} = '{cell[name]}'"
        for name in ("edition", "indicator_id", "base_id", "domain", "category")
    )
    numbers = ", ".join(
        f"{name} = null" for name in cell if name.endswith(("_pct", "_count", "_estimate"))
    )
    site = changed_site(
        f"update marts.fct_estimates set {numbers}, conf_status = 'C' where {where}"
    )
    for code, wording in wordings.items():
        text = (site / code / f"indicator-{cell['indicator_id']}.html").read_text(encoding="utf-8")
        none, mark = wording.term("no_value"), wording.mark("C")
        assert f'<b>{none}</b> <span class="sign">{mark}</span>' in text
        assert wording.legends({"C"})[0] in text
        with (site / code / "data" / f"indicator-{cell['indicator_id']}.csv").open(
            encoding=wording.language.csv_encoding, newline=""
        ) as file:
            marked = [
                row for row in csv.DictReader(file, delimiter=wording.language.csv_delimiter)
                if row[wording.term("csv_mark")] == wording.mark("C")
            ]
        assert len(marked) == 1 and marked[0][wording.term("csv_value")] == ""


def test_downloads_are_beside_the_site(site):
    """All files of the public part but the site itself and the front page, those to begin with first;
    pictures are on the pages of their figures, and on one of their own.
    """
    found = list_downloads(site)
    names = [name for names in found.values() for name in names]
    assert set(names) == {
        name for name in folder_digests(site.parent)
        if not name.startswith("site/") and name != "index.html" and name.count("/") < 2
    }
    assert found["."][:2] == ["ai_barometer.xlsx", "quality_report.html"]
    assert list(found) == sorted(found)


@pytest.mark.parametrize("code", CODES)
def test_downloads_are_described(site, wordings, code):
    """Every group of downloads has a title and each file a text, its own or that of its group."""
    page = (site / code / "downloads.html").read_text(encoding="utf-8")
    groups = re.findall(r'<section aria-labelledby="(.+?)">(.*?)</section>', page, re.DOTALL)
    assert len(groups) > 3
    for group, content in groups:
        assert wordings[code].term(f"files_{group}_title") in content
        files = re.findall(r'<a href="\.\./\.\./(.+?)">', content)
        assert files and (
            f"files_{group}_text" in wordings[code].terms
            or all(f"file_{name}" in wordings[code].terms for name in files)
        ), group


def test_crawl_from_disk(browser, site):
    """No page complains, or asks for anything but the site: the smallest and the largest of each
    kind in one language, one of each kind in both below."""
    pages = [Path(CODES[0], name) for name in kinds_of_pages(site, 0, 1)]
    assert len(pages) > 15
    crawl(browser, site.as_uri(), pages)


def test_crawl_from_a_server(browser, site):
    """The same over HTTP, for a page of each kind, with the public part alone on the server."""
    handler = partial(QuietHandler, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        crawl(
            browser, f"http://127.0.0.1:{server.server_port}",
            [Path(name.removeprefix("../")) for name in BESIDE] + [Path("site/index.html")]
            + [Path("site", code, name) for code in CODES for name in kinds_of_pages(site)],
        )
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    """A web server that says nothing."""

    def log_message(self, *arguments):
        """Say nothing."""


def crawl(browser, address, names):
    """Visit pages; fails on a message of the console, an error, or a request elsewhere."""
    context = browser.new_context()
    window = context.new_page()
    complaints, requested = [], []
    window.on("console", lambda message: complaints.append((window.url, message.text)))
    window.on("pageerror", lambda error: complaints.append((window.url, str(error))))
    window.on("requestfailed", lambda request: complaints.append((window.url, request.url)))
    # A server may answer that what the browser holds has not changed.
    window.on("response", lambda response: response.status < 400 or complaints.append(
        (window.url, response.status, response.url)))
    window.on("request", lambda request: requested.append(request.url))
    for name in names:
        window.goto(f"{address}/{name.as_posix()}")
        assert window.title()
        if window.locator("img").count():
            # What loads when it is near would be given up by the next page.
            window.wait_for_load_state("networkidle")
    context.close()
    assert complaints == []
    assert len(requested) >= len(names)
    assert not [url for url in requested if not url.startswith((f"{address}/", "data:"))]


@pytest.mark.parametrize("code", CODES)
def test_figures_show_the_marts(visit, marts, wordings, code):
    """Of every figure: the text, the length of each bar or the height of each point, and the table are
    those of the marts; the title is the finding, and items are in their place.
    """
    wording = wordings[code]
    expected = expected_figures(marts, code)
    assert len({figure for figure, _ in expected}) == len(reference("figure_titles"))
    for (figure, edition), bars in expected.items():
        window = visit(f"{code}/{figure}-{edition}.html")
        window.locator(".show").check()
        for button in window.locator(".key button[aria-pressed=false]").all():
            button.click()
        window.evaluate("document.querySelector('.data').open = true")
        chart = window.locator("figure.chart").evaluate(READ_CHART)
        is_line = any(row["points"] for row in chart["rows"])
        shown = {
            (
                row["label"],
                track["name"].rstrip(":") if is_line
                else chart["key"][track["series"]] if chart["key"] else None,
            ): track | {"point": row["points"][place] if is_line else None}
            for row in chart["rows"] for place, track in enumerate(row["tracks"])
        }
        latest = [bar for bar in bars if bar["year"] == max(bar["year"] for bar in bars)]
        order = dict.fromkeys(bar["item"] for bar in sorted(latest, key=lambda bar: bar["place"]))
        assert [row["label"] for row in chart["rows"]][: len(order)] == list(order), (figure, edition)
        finding = rows(
            marts, "from rpt_headlines where exhibit = $1 and edition = $2", figure, edition
        )[0]
        assert window.locator("h1").text_content() == finding[f"headline_{code}"]
        assert finding[f"measured_{code}"] in window.locator(".subject").text_content()
        several = len({bar["series"] for bar in bars}) > 1
        assert len(shown) == len(bars) == len(chart["table"]), (figure, edition)
        end = float(chart["ticks"][-1].strip("%").replace(wording.language.decimal_mark, "."))
        for bar in bars:
            where = (figure, edition, bar["item"], bar["series"])
            track = shown[bar["item"], bar["series"] if several else None]
            interval = shown_interval(bar, wording)
            assert track["value"] == wording.percentage(bar["value"]), where
            assert track["sign"] == wording.mark(bar["status"]), where
            assert track["range"].endswith(interval) and track["shown"], where
            at = [100 * bar[name] / end for name in ("value", "lower", "upper")]
            if is_line:
                assert track["point"] == pytest.approx(at, abs=1.5), where
            else:
                assert track["bar"] == pytest.approx([0, at[0]], abs=0.3), where
                assert track["interval"] == pytest.approx([at[1], at[2] - at[1]], abs=0.3), where
            mark = wording.mark(bar["status"])
            assert [
                bar["item"], *([bar["series"]] if several else []),
                wording.percentage(bar["value"]) + (f" {mark}" if mark else ""), interval,
                wording.count(bar["n"]),
            ] in [line[: 5 if several else 4] for line in chart["table"]], where


def expected_figures(marts, code):
    """Bars by figure and the edition that it is printed with, from the marts alone."""
    marts.register("figure_items", pa.Table.from_pylist(reference("figures")))
    found = {}
    for row in rows(
        marts,
        f"""
        select
            figures.figure, if(figures.compares_editions, newest, figures.edition) as page,
            figures.item_label_{code} as item, figures.series_label_{code} as series,
            round(figures.value_pct, 1) as value, figures.obs_status as status,
            figures.edition as year, figures.display_sort_order as place,
            round(ci_lower_pct, 1) as lower, round(ci_upper_pct, 1) as upper,
            estimates.respondent_count as n
        from rpt_figures as figures
        cross join (select max(edition) as newest from dim_editions)
        inner join figure_items as items
            on figures.figure = items.figure and figures.item_id = items.item_id
            and (figures.compares_editions or figures.series_id = items.series_id)
        inner join fct_estimates as estimates
            on figures.edition = estimates.edition and estimates.domain = 'total'
            and items.indicator_id = estimates.indicator_id and items.base_id = estimates.base_id
        """,
    ):
        found.setdefault((row["figure"], row["page"]), []).append(row)
    marts.unregister("figure_items")
    return found


@pytest.mark.parametrize("code", CODES)
def test_a_change_has_the_verdict_of_the_marts(visit, marts, wordings, code):
    """Bar, key and words say significant or not of what the marts do, and of nothing else."""
    wording = wordings[code]
    pair = marts.sql(
        "select edition, previous_edition from fct_changes order by all desc limit 1"
    ).fetchone()
    expected = {
        (f"indicator-{indicator}.html", base, points): verdict
        for indicator, base, points, verdict in marts.execute(
            """
            select indicator_id, base_id, abs(round(change_pp, 1)), case
                when not is_comparable then 'not_comparable'
                when is_significant is null then 'not_tested'
                when is_significant then 'significant'
                else 'not_significant'
            end
            from fct_changes
            where
                domain = 'total' and (edition, previous_edition) = ($1, $2)
                and indicator_id not in (
                    select indicator_id from rpt_reconciliation group by all
                    having bool_and(unit = 'count')
                )
            """,
            pair,
        ).fetchall()
    }
    assert {"significant", "not_significant"} <= set(expected.values())
    window = visit(f"{code}/evolution-{pair[0]}-{pair[1]}.html")
    shown = window.locator("figure.chart").evaluate_all("""figures => figures.flatMap(figure => {
      const key = [...figure.querySelectorAll(".key li")].map(line => line.textContent.trim());
      return [...figure.querySelectorAll(".row")].map(row => ({
        key, page: row.querySelector("a").getAttribute("href"),
        base: figure.id.slice(figure.id.lastIndexOf("-") + 1),
        points: row.querySelector("b").textContent.slice(1),
        style: row.querySelector(".bar").classList[1],
        verdict: row.querySelector(".verdict").textContent,
        table: [...figure.querySelectorAll("tbody td:last-child")].map(cell => cell.textContent),
      }));
    })""")
    assert len(shown) == len(expected)
    for row in shown:
        points = float(row["points"].replace(wording.language.decimal_mark, ".") or 0)
        verdict = expected[row["page"], row["base"], points]
        style = verdict if verdict.endswith("significant") else "no_verdict"
        assert row["style"] == style and wording.term(style) in row["key"], row
        assert row["verdict"].endswith(wording.term(verdict)), row
        assert wording.term(verdict) in row["table"], row
    home = visit(f"{code}/index.html").locator("main").inner_text()
    assert wording.term("note_significant") in home


def test_stacked_bars_follow_one_another(visit, marts):
    """Until intervals are asked for, a stacked bar begins where the last one shown ends."""
    figures = marts.sql(
        "select distinct figure, edition from rpt_figures where chart_type = 'stacked_bar'"
    ).fetchall()
    assert figures
    for figure, edition in figures:
        window = visit(f"{CODES[0]}/{figure}-{edition}.html")
        for row in window.locator("figure.chart").evaluate(READ_CHART)["rows"]:
            end = 0
            for track in row["tracks"]:
                assert track["bar"][0] == pytest.approx(end, abs=0.3)
                end += track["bar"][1]
            assert end <= 100.1
        window.locator(".key button").first.click()
        for row in window.locator("figure.chart").evaluate(READ_CHART)["rows"]:
            first, second, *_ = row["tracks"]
            assert not first["shown"] and second["bar"][0] == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("code", CODES)
def test_tables_show_the_marts(visit, marts, wordings, code):
    """Of every table of the report: each cell is the mart's, and so is the chart below it."""
    wording = wordings[code]
    for definition in reference("report_tables"):
        if is_words(definition):
            continue
        mart = rows(marts, f"select * from {definition['mart_name']}")
        for edition in {row["edition"] for row in mart}:
            members = [row for row in mart if row["edition"] == edition]
            window = visit(f"{code}/{definition['table_id']}-{edition}.html")
            cells = window.locator("table.report tbody tr").evaluate_all(
                "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => "
                "[...cell.querySelectorAll('span:not(.sign, .range)')]"
                ".map(span => span.textContent)))"
            )
            expected = expected_cells(members, definition, wording)
            assert cells == expected, (definition["table_id"], edition)
            chart = window.locator("figure.chart").evaluate(READ_CHART)
            charted = [
                [track["value"] for track in row["tracks"]] for row in chart["rows"]
            ]
            if definition["base_id"]:
                assert charted == [[text for cell in row for text in cell] for row in expected]
            else:
                inner = [row[:-1] for row in expected[:-1]]
                measures = range(len(inner[0][0]))
                assert charted == [
                    [row[column][place] for place in measures for row in inner]
                    for column in range(len(inner[0]))
                ]


def is_words(definition):
    """Whether a table of the report has words and no numbers."""
    return not definition["column_dimension"] and not definition["domain"]


@pytest.mark.parametrize("code", CODES)
def test_a_table_of_words_has_the_words_of_its_mart(site, marts, wordings, code):
    """Code, words and page of each row; below it, which sectors are newer than the survey."""
    (definition,) = filter(is_words, reference("report_tables"))
    first = {row["sector_code"]: row["first_edition"] for row in reference("sectors")}
    for edition, in marts.sql("select edition from dim_editions").fetchall():
        text = (site / code / f"{definition['table_id']}-{edition}.html").read_text(encoding="utf-8")
        shown = re.findall(
            r'<th scope="row"><a href="(.*?)">(.*?)</a></th><td><span>(.*?)</span></td>', text
        )
        expected = rows(
            marts,
            f"select * from {definition['mart_name']} where edition = {edition} order by sort_order",
        )
        assert len(shown) == len(expected) == len(reference("sector_activities"))
        for (link, label, said), row in zip(shown, expected, strict=True):
            sector = "".join(c if c.isalnum() or c == "-" else "_" for c in row["sector_code"])
            assert link == f"sector-{sector}-{edition}.html"
            assert re.sub("<.*?>", "", label) == f"NACE {row['activity_code']}"
            assert unescape(said) == row[f"label_{code}"]
            page = (site / code / link).read_text(encoding="utf-8")
            since = wordings[code].term("sector_since", edition=first[row["sector_code"]])
            assert (since in page) == bool(first[row["sector_code"]])
        newer = [row["activity_code"] for row in expected if row["first_edition"]]
        (year,) = {row["first_edition"] for row in expected if row["first_edition"]}
        assert wordings[code].term(
            "in_population_since", edition=year, codes=", ".join(newer)
        ) in text


def expected_cells(members, definition, wording):
    """Texts of a table, a list a cell, from the rows of its mart."""
    if definition["base_id"]:
        known = {row["indicator_id"] for row in reference("indicators")}
        asked = [
            name for name in members[0]
            if name in known and any(row[name] is not None for row in members)
        ]
        return [
            [[wording.percentage(row[name])] for name in asked]
            for row in sorted(members, key=lambda row: row["sort_order"])
        ]
    down, across = definition["row_dimension"], definition["column_dimension"]

    def order(dimension):
        """Codes in order, the total last."""
        return sorted(
            {(row[f"{dimension}_code"] == "total", row[f"{dimension}_sort_order"],
              row[f"{dimension}_code"]) for row in members}
        )

    measures = [name for name in members[0] if name.endswith("_count")]
    cells = {(row[f"{down}_code"], row[f"{across}_code"]): row for row in members}
    return [
        [[wording.count(cells[row, column][name]) for name in measures]
         for *_, column in order(across)]
        for *_, row in order(down)
    ]


@pytest.mark.parametrize("code", CODES)
def test_data_files_hold_every_estimate(site, marts, wordings, code):
    """The files of data of all indicators together are `fct_estimates` and `fct_changes`."""
    wording = wordings[code]
    term, mark = wording.term, wording.language.decimal_mark
    found = {}
    for path in (site / code / "data").glob("indicator-*.csv"):
        with path.open(encoding=wording.language.csv_encoding, newline="") as file:
            for row in csv.DictReader(file, delimiter=wording.language.csv_delimiter):
                kind = "estimate" if row[term("csv_value")] else "change"
                numbers = [
                    row[term(name)].replace(mark, ".") for name in (
                        ("csv_value", "csv_lower", "csv_upper", "csv_respondents")
                        if kind == "estimate"
                        else ("csv_change", "csv_change_lower", "csv_change_upper")
                    )
                ]
                found.setdefault((kind, path.stem, row[term("csv_edition")]), []).append(
                    [float(number) if number else None for number in numbers]
                )
    expected = {}
    for kind, page, edition, *numbers in marts.sql(
        """
        with pages as (
            select distinct indicator_id from fct_estimates
            where indicator_id not in (
                select indicator_id from rpt_reconciliation group by all
                having bool_and(unit = 'count')
            )
        )
        select 'estimate', 'indicator-' || indicator_id, edition::varchar, round(estimate_pct, 1),
            round(ci_lower_pct, 1), round(ci_upper_pct, 1), respondent_count
        from fct_estimates semi join pages using (indicator_id)
        union all
        select 'change', 'indicator-' || indicator_id, edition::varchar, round(change_pp, 1),
            round(ci_lower_pp, 1), round(ci_upper_pp, 1), null
        from fct_changes semi join pages using (indicator_id)
        """
    ).fetchall():
        expected.setdefault((kind, page, edition), []).append(
            list(numbers[: 4 if kind == "estimate" else 3])
        )
    assert {key: sorted(map(str, value)) for key, value in found.items()} == {
        key: sorted(str([None if n is None else float(n) for n in row]) for row in value)
        for key, value in expected.items()
    }


@pytest.mark.parametrize("code", CODES)
def test_charts_tables_and_files_agree(visit, site, wordings, code):
    """On one page of each kind every bar, table row and line of the file has the same numbers."""
    wording = wordings[code]
    term = wording.term

    def bare(text):
        """A printed number as the file writes it."""
        digits = text.removesuffix("%").replace("−", "-").replace("+", "")
        return digits.removesuffix(f"{wording.language.decimal_mark}0")

    compared = 0
    for name in kinds_of_pages(site):
        path = site / code / "data" / name.replace(".html", ".csv")
        if not path.exists() or name.startswith("tabel"):
            continue
        with path.open(encoding=wording.language.csv_encoding, newline="") as file:
            lines = list(csv.DictReader(file, delimiter=wording.language.csv_delimiter))
        charts = visit(f"{code}/{name}").locator("figure.chart").evaluate_all(
            f"figures => figures.map({READ_CHART})"
        )
        tracks = [
            (row["label"], track)
            for chart in charts for row in chart["rows"] for track in row["tracks"]
        ]
        cells = [row for chart in charts for row in chart["table"]]
        assert len(lines) == len(tracks) == len(cells), name
        for line, (label, track), row in zip(lines, tracks, cells, strict=True):
            printed = "" if track["value"] == term("no_value") else bare(track["value"])
            assert label == line[term("csv_item")] == row[0], name
            assert printed == (line[term("csv_value")] or line[term("csv_change")]), (name, label)
            sign = f" {track['sign']}" if track["sign"] else ""
            assert f"{track['value']}{sign}" in row, (name, label)
            assert (track["sign"] or "") == line[term("csv_mark")], (name, label)
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("code", CODES)
def test_search_index_holds_every_estimate(site, marts, code):
    """Every number and interval of the index is that of `fct_estimates`, in tenths."""
    script = (site / code / "search.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("window.barometerIndex = ").removesuffix(";\n"))
    places = [
        row["category"] for row in rows(
            marts,
            """
            select 'total' as category, 0 as kind, 0 as sort_order
            union all select size_class_code, 1, sort_order from dim_size_classes
            union all select sector_code, 2, sort_order from dim_sectors
            order by kind, sort_order
            """,
        )
    ]
    assert len(index["categories"]) == len(places)
    found = {
        (entry["page"].removeprefix("indicator-").removesuffix(".html"), entry["anchors"],
         edition, places[place]): numbers[:3]
        for entry in index["entries"]
        for edition, of_edition in zip(index["editions"], entry["numbers"], strict=True)
        for place, numbers in enumerate(of_edition or [])
        if numbers
    }
    expected = {
        tuple(cell): [None if number is None else round(10 * number) for number in numbers]
        for *cell, numbers in marts.sql(
            """
            select indicator_id, base_id, edition, category,
                [round(estimate_pct, 1), round(ci_lower_pct, 1), round(ci_upper_pct, 1)]
            from fct_estimates
            where indicator_id not in (
                select indicator_id from rpt_reconciliation group by all
                having bool_and(unit = 'count')
            )
            """
        ).fetchall()
    }
    assert found == expected


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_eurostat_is_of_a_base(site, code):
    """The search and the page of an indicator give its code on the bases that the seed names."""
    script = (site / code / "search.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("window.barometerIndex = ").removesuffix(";\n"))
    found = {(entry["page"], entry["anchors"]): entry["words"].split() for entry in index["entries"]}
    seed = reference("indicators")
    bases = {row["base_id"]: row[f"label_{code}"] for row in reference("bases")}
    codes_of_eurostat = {row["eurostat_code"] for row in seed} - {""}
    others = 0
    for row in seed:
        page = f"indicator-{row['indicator_id']}.html"
        if (page, row["base_id"]) not in found:
            continue
        shown = set(found[page, row["base_id"]]) & codes_of_eurostat
        assert shown == {row["eurostat_code"]} - {""}, row["indicator_id"]
        text = (site / code / page).read_text(encoding="utf-8")
        said = f"<code>{row['eurostat_code']}</code> ({bases[row['base_id']]})"
        assert (said in text) == bool(row["eurostat_code"]), row["indicator_id"]
        others += not row["eurostat_code"] and any(
            f"<code>{other}</code>" in text for other in codes_of_eurostat
        )
    assert others


@pytest.mark.parametrize("code", CODES)
def test_the_target_is_beside_estimates_and_other_surveys(site, marts, wordings, code):
    """Each value once, with its year, its scope, its interval where it has one, and its source."""
    wording = wordings[code]
    none = wording.term("no_value")
    text = unescape((site / code / "target.html").read_text(encoding="utf-8"))
    found = [
        [re.sub("<.*?>", "", cell) for cell in re.findall("<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in re.findall("<tr class=.*?</tr>", text)
    ]
    scopes = {row["scope_id"]: row[f"label_{code}"] for row in reference("scopes")}
    measures = [(row["indicator_id"], row["base_id"]) for row in reference("target_measures")]
    others = [
        (row, row["target_year"], row[f"scope_{code}"]) for row in reference("targets")
    ] + [
        (row, row["reference_year"], scopes[row["scope_id"]]) for row in reference("external_values")
    ]
    expected = [
        (scope, year, wording.percentage(float(row["value"])), none) for row, year, scope in others
    ]
    for fact, where in (("fct_estimates", "domain = 'total'"), ("fct_scope_estimates", "true")):
        for row in rows(marts, f"select * from {fact} where {where}"):
            if (row["indicator_id"], row["base_id"]) in measures:
                shown = {"lower": row["ci_lower_pct"], "upper": row["ci_upper_pct"]}
                scope = scopes.get(row.get("scope_id"), wording.term("target_scope_all"))
                value = wording.percentage(row["estimate_pct"])
                expected.append((scope, str(row["edition"]), value, shown_interval(shown, wording)))
    assert len(expected) > len(others) + len(measures)
    assert sorted(tuple(cells[2:6]) for cells in found) == sorted(expected)
    for row, year, scope in others:
        assert any(
            cells[0] == row[f"definition_{code}"] and cells[2:4] == [scope, year]
            and row["source"] in cells[-1] for cells in found
        )
    (status,) = {row["status"] for row in rows(marts, "select status from dim_editions")}
    assert all((wording.term(status) in cells[-1]) == (cells[5] != none) for cells in found)
    for row in reference("footnotes"):
        assert (row[f"text_{code}"] in text) == (row["is_on_target_page"] == "true")
        pages = {
            path.stem.removeprefix("indicator-") for path in (site / code).glob("indicator-*.html")
            if row[f"text_{code}"] in unescape(path.read_text(encoding="utf-8"))
        }
        assert pages == set(filter(None, row["indicator_ids"].split("|")))


@pytest.mark.parametrize("code", CODES)
def test_search_finds_a_number_with_its_interval(visit, marts, wordings, code):
    """The words of an indicator and a size class and a year give the number, and its page."""
    wording = wordings[code]
    asked = rows(
        marts,
        f"""
        select
            indicators.label_{code} as label, sizes.label_{code} as size, edition, indicator_id,
            round(estimate_pct, 1) as value, round(ci_lower_pct, 1) as lower,
            round(ci_upper_pct, 1) as upper
        from fct_estimates as estimates
        inner join dim_indicators as indicators using (indicator_id)
        inner join dim_size_classes as sizes on category = size_class_code
        where
            domain = 'size' and obs_status = 'A' and 1 = (
                select count(*) from dim_indicators as other
                where other.label_{code} = indicators.label_{code}
            ) and indicator_id in (
                select indicator_id from fct_estimates group by all
                having count(distinct base_id) = 1
            ) and eurostat_code is not null
        order by indicator_id, edition, sizes.sort_order
        """,
    )
    assert asked
    for row in asked[:: max(1, len(asked) // 6)]:
        window = visit(f"{code}/index.html")
        window.locator("#search").press_sequentially("x")
        window.fill("#search", f"{row['label']} {row['size'].split()[0]} {row['edition']}")
        first = window.locator(".found li a").first
        first.wait_for()
        said = " ".join(first.inner_text().split())
        for part in (row["label"], row["size"], str(row["edition"]),
                     wording.percentage(row["value"]), shown_interval(row, wording)):
            assert part in said, (row, said)
        window.keyboard.press("Enter")
        window.keyboard.press("Enter")
        window.wait_for_url(f"**/{code}/indicator-{row['indicator_id']}.html#*")
        target = window.locator(":target")
        assert row["size"] in target.inner_text()
        assert wording.percentage(row["value"]) in target.inner_text()
    window = visit(f"{code}/index.html")
    window.fill("#search", "qqqq")
    window.locator(".found").wait_for()
    assert window.locator("#search-state").inner_text() == wording.term("search_none")


@pytest.mark.parametrize("code", CODES)
def test_search_puts_key_figures_first(visit, wordings, code):
    """Of indicators that share a word, the first key figure comes first: others fit no better."""
    first = min(reference("site_highlights"), key=lambda row: int(row["sort_order"]))
    labels = {row["indicator_id"]: row[f"label_{code}"] for row in reference("indicators")}
    label = labels[first["indicator_id"]]
    stop_words = wordings[code].term("search_stop_words").split()
    window = visit(f"{code}/index.html")
    asked = [word for word in words(label) if word not in stop_words]
    assert any(
        word in words(other) for word in asked for other in labels.values() if other != label
    )
    for query in [*asked, *(f"{word} {stop_words[-1]}" for word in asked)]:
        window.fill("#search", query)
        window.wait_for_function(
            f"searched => {FIRST_FOUND}.startsWith(searched)", arg=label, timeout=5000
        )


@pytest.mark.parametrize("code", CODES)
def test_what_people_look_for_comes_first(visit, code):
    """A hundred searches as people type them: words that no label has, kinds of pages, words that are misspelt."""
    searches = read_rows(PROJECT / "tests" / "reference" / "search_queries.csv")
    assert len(searches) == 100
    window = visit(f"{code}/index.html")
    window.fill("#search", "x")
    window.locator(".found").wait_for()
    wrong = []
    for row in searches:
        if row["language"] == code:
            window.fill("#search", row["query"])
            first = window.evaluate("(document.querySelector('.found li a') || {href: ''}).href.split('/').pop().split('#')[0]")
            if first != f"{row['page']}.html":
                wrong.append(f"{row['query']}: found {first}; expected {row['page']}.html")
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_every_result_can_be_reached(visit, wordings, code):
    """More results than the list holds: its last line leads to them all."""
    window = visit(f"{code}/index.html")
    word = min(words(reference("bases")[1][f"label_{code}"]))
    window.fill("#search", word)
    last = window.locator(".found li a").last
    last.wait_for()
    count = int(re.search(r"\d+", last.inner_text())[0])
    assert last.inner_text() == wordings[code].term("search_all", count=count) and count > 12
    last.click()
    window.locator(".results li a").first.wait_for()
    assert window.locator(".results li").count() == count


@pytest.mark.parametrize("code", CODES)
def test_search_finds_by_words_of_the_other_language(visit, code):
    """An indicator and a size class in the other language give both in the language of the page."""
    other = next(language for language in CODES if language != code)
    size = reference("size_classes")[0]
    indicator = next(
        row for row in reference("indicators")
        if row["eurostat_code"] and not set(words(row["label_nl"])) & set(words(row["label_en"]))
    )
    window = visit(f"{code}/index.html")
    window.fill("#search", f"{indicator[f'label_{other}']} {size[f'label_{other}'].split()[0]}")
    window.wait_for_function(
        f"searched => searched.every(text => {FIRST_FOUND}.includes(text))",
        arg=[indicator[f"label_{code}"], size[f"label_{code}"]], timeout=5000,
    )


def words(text):
    """Words of a label as the search compares them, without accents."""
    letters = unicodedata.normalize("NFD", text.lower())
    return re.findall("[a-z0-9]+", re.sub("[\u0300-\u036f]", "", letters))


def test_search_without_suggestions(visit, wordings):
    """The address of a search, as the form makes it without a script, shows what is found."""
    code = CODES[0]
    label = reference("indicators")[0][f"label_{code}"]
    window = visit(f"{code}/indicators.html?q={label}")
    window.locator(".results li a").first.wait_for()
    assert label in window.locator(".results li a").first.inner_text()


def test_language_switch_keeps_the_page(visit, site):
    """From every kind of page the other language is one click away, at the same place."""
    for name in kinds_of_pages(site, 0):
        window = visit(f"{CODES[0]}/{name}#main")
        window.locator("a[data-keep-place]").first.click()
        window.wait_for_url(f"**/{CODES[1]}/{name}#main")
        assert window.locator("html").get_attribute("lang") == CODES[1]
        window.locator("a[data-keep-place]").first.click()
        window.wait_for_url(f"**/{CODES[0]}/{name}#main")


def test_navigation_by_keyboard(visit, marts):
    """Skip link, menu, intervals, series and table work with keys alone, and focus is seen."""
    figure, edition = marts.sql(
        "select figure, max(edition) from rpt_figures where chart_type = 'grouped_bar' "
        "group by all order by figure limit 1"
    ).fetchone()
    window = visit(f"{CODES[0]}/{figure}-{edition}.html")
    focused = "document.activeElement"
    window.keyboard.press("Tab")
    assert window.evaluate(f"{focused}.className") == "skip"
    assert window.evaluate(f"{focused}.getBoundingClientRect().left") >= 0
    window.keyboard.press("Enter")
    assert window.evaluate(f"{focused}.id") == "main"
    met = []
    for _ in range(60):
        window.keyboard.press("Tab")
        what = window.evaluate(
            f"[{focused}.tagName, {focused}.className, getComputedStyle({focused}).outlineStyle]"
        )
        met.append(what[0])
        assert what[2] != "none", what
        if what[0] == "BUTTON":
            shown = window.locator(".track:visible").count()
            window.keyboard.press("Enter")
            assert window.locator(".track:visible").count() == shown / 2
            window.keyboard.press("Enter")
            assert window.locator(".track:visible").count() == shown
        elif what[0] == "INPUT":
            assert not window.locator(".range").first.is_visible()
            window.keyboard.press("Space")
            assert window.locator(".range").first.is_visible()
        elif what[0] == "SUMMARY":
            window.keyboard.press("Enter")
            assert window.locator(".data table").first.is_visible()
            break
    assert {"BUTTON", "INPUT", "A", "SUMMARY"} <= set(met)
    menu = visit(f"{CODES[0]}/index.html").locator("header nav a")
    assert menu.count() > 8
    for place in range(menu.count()):
        name = menu.nth(place).get_attribute("href")
        if not menu.nth(place).is_visible():
            window.locator(".more summary").focus()
            window.keyboard.press("Enter")
            window.keyboard.press("Escape")
            assert not menu.nth(place).is_visible()
            window.keyboard.press("Enter")
        menu.nth(place).focus()
        window.keyboard.press("Enter")
        window.wait_for_url(f"**/{CODES[0]}/{name}")
        assert window.locator("header nav [aria-current=page]").get_attribute("href") == name


def test_interval_of_a_row_on_demand(visit, site):
    """A row that has the focus shows its interval; Escape puts the label away."""
    name = next(path.name for path in sorted((site / CODES[0]).glob("size-*.html")))
    window = visit(f"{CODES[0]}/{name}")
    window.locator("details.fold > summary").first.click()
    row = window.locator(".row:has(.range)").first
    assert not row.locator(".range").is_visible()
    row.locator("a").focus()
    assert row.locator(".range").is_visible() and row.locator(".interval").is_visible()
    window.keyboard.press("Escape")
    assert not row.locator(".range").is_visible()


def test_a_wish_for_intervals_is_remembered(visit, marts):
    """Who asks for intervals on one page gets them on the next."""
    figures = [row["figure"] for row in reference("figure_titles")][:2]
    window = visit(f"{CODES[0]}/{figures[0]}-{newest(marts)}.html")
    window.locator(".show").check()
    window.goto(window.url.replace(f"{figures[0]}-", f"{figures[1]}-"))
    assert window.locator(".show").is_checked()
    window.evaluate("sessionStorage.clear()")


def test_choice_of_a_series(visit, marts):
    """A table's chart shows the column that is chosen, and no other."""
    table = next(row["table_id"] for row in reference("report_tables") if row["base_id"])
    window = visit(f"{CODES[0]}/{table}-{newest(marts)}.html")
    for value in ("0", "1"):
        window.locator(".choose select").select_option(value)
        chart = window.locator("figure.chart").evaluate(READ_CHART)
        assert all(
            track["shown"] == (str(track["series"]) == value)
            for row in chart["rows"] for track in row["tracks"]
        )


def test_a_sector_is_a_profile_with_the_rest_behind_it(visit, site, marts, wordings):
    """Its key figures beside those of all, in a screen or two; a link to a chart opens it, and so does
    paper."""
    category, edition = marts.sql(
        "select category, max(edition) from fct_estimates where domain = 'sector' group by all "
        "having bool_or(obs_status = 'U') order by category limit 1"
    ).fetchone()
    name = next(
        path.stem for path in sorted(site.glob(f"nl/sector-*-{edition}.html"))
        if path.stem.startswith(f"sector-{category.split(';')[0]}")
    )
    page = visit(f"nl/{name}.html")
    assert page.evaluate("document.documentElement.scrollHeight") < 3 * 900
    row = reference("site_highlights")[0]
    shown, total = (
        marts.sql(
            f"""
            select estimate_pct from fct_estimates where edition = {edition}
                and indicator_id = '{row["indicator_id"]}' and base_id = '{row["base_id"]}'
                and domain = '{domain}' and category = '{place}'
            """
        ).fetchone()[0]
        for domain, place in (("sector", category), ("total", "total"))
    )
    first = page.locator(".highlights li").first.inner_text()
    wording = wordings["nl"]
    assert first.startswith(wording.percentage(round(shown, 1)))
    assert wording.term("beside_all", value=wording.percentage(round(total, 1))) in first
    folds = page.locator("details.fold")
    assert folds.count() > 5 and page.locator("details.fold[open]").count() == 0
    chart = folds.nth(2).locator(".chart").get_attribute("id")
    page.evaluate("id => { location.hash = id; }", chart)
    page.wait_for_function("document.querySelectorAll('details.fold')[2].open")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.fold[open]").count() == folds.count()


def test_a_table_is_sorted_by_a_column(visit, site):
    """Down, then up, by numbers as the language writes them; the first column has the order back, and a
    total stays the last row."""
    for name in ("tabel_1", "tabel_3"):
        path = max(site.glob(f"nl/{name}-*.html"))
        page = visit(f"nl/{path.name}")
        rows = page.locator("table.report tbody tr")
        before = rows.locator("th").all_inner_texts()

        def numbers():
            cells = rows.locator("td:nth-child(2)").all_inner_texts()
            return [float(re.match(r"[0-9.,]+", cell)[0].replace(".", "").replace(",", ".")) for cell in cells]

        last = before[-1] if name == "tabel_1" else None
        buttons = page.locator("table.report thead th button")
        for order in ("descending", "ascending"):
            buttons.nth(1).click()
            found = numbers()[:-1] if last else numbers()
            assert found == sorted(found, reverse=order == "descending") and len(set(found)) > 2
            assert page.locator("table.report thead th").nth(1).get_attribute("aria-sort") == order
            assert last is None or rows.locator("th").all_inner_texts()[-1] == last
        buttons.nth(0).click()
        assert rows.locator("th").all_inner_texts() == before


def test_everything_is_there_without_a_script(browser, site, marts):
    """Charts, tables and menus need no script; nor do intervals."""
    context = browser.new_context(java_script_enabled=False)
    window = context.new_page()
    figure = reference("figure_titles")[0]["figure"]
    window.goto(f"{site.as_uri()}/{CODES[0]}/{figure}-{newest(marts)}.html")
    assert window.locator(".value b").first.is_visible()
    window.locator(".show").check()
    assert window.locator(".range").first.is_visible()
    window.locator(".data summary").click()
    assert window.locator(".data table").is_visible()
    context.close()


def test_print_leaves_out_what_paper_cannot_use(visit, marts):
    """On paper there are charts, without menus and switches."""
    figure = reference("figure_titles")[0]["figure"]
    window = visit(f"{CODES[0]}/{figure}-{newest(marts)}.html")
    window.emulate_media(media="print")
    assert window.locator(".bar").first.is_visible()
    for part in ("header nav", ".search", ".switch", ".data"):
        assert not window.locator(part).first.is_visible(), part
    window.goto(window.url.replace(figure, reference("report_tables")[0]["table_id"]))
    assert window.locator(".report th").first.evaluate(
        "head => getComputedStyle(head).position"
    ) == "static"
    window.goto(f"{window.url.rpartition('/')[0]}/index.html")
    assert window.locator(".lead").is_visible() and not window.locator(".hint").is_visible()
    window.emulate_media(media="screen")


@pytest.mark.parametrize("code", CODES)
def test_the_summary_is_one_page_of_paper(visit, marts, wordings, code):
    """Of every edition: what the summary of the report says and the numbers support, and apart from it
    what is true of the sample alone, with key figures and the notice; nothing else of its claims.
    """
    for (edition,) in marts.sql("select distinct edition from rpt_claims").fetchall():
        window = visit(f"{code}/summary-{edition}.html")
        for verdict in ("supported", "within_noise"):
            expected = [
                row["text"] for row in rows(
                    marts, f"select text_{code} as text from rpt_claims where edition = $1 "
                    "and verdict = $2 and section = (select arg_min(section, sort_order) from rpt_claims) "
                    "order by sort_order", edition, verdict,
                )
            ]
            assert window.locator(f"section[aria-labelledby={verdict}] li > a").all_text_contents() == expected
        assert window.locator(".highlights strong").count() == len(reference("site_highlights"))
        window.emulate_media(media="print")
        paper = window.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
        assert window.locator(".notice").is_visible() and window.locator(".summary").is_visible()
        assert not window.locator("header nav").is_visible()
        window.emulate_media(media="screen")


@pytest.mark.parametrize("code", CODES)
def test_the_home_page_begins_with_sentences(visit, marts, wordings, code):
    """Who leads, by sector and by size, and findings, before any figure."""
    window = visit(f"{code}/index.html")
    edition, key = newest(marts), reference("site_highlights")[0]
    said = window.locator(".statements").first.inner_text()
    for domain, dimension in (("sector", "dim_sectors"), ("size", "dim_size_classes")):
        leader = rows(
            marts,
            f"""
            select estimates.estimate_pct as value, ci_lower_pct as lower, ci_upper_pct as upper, label_{code} as label
            from fct_estimates as estimates inner join dim_categories using (category)
            where edition = $1 and indicator_id = $2 and base_id = $3 and estimates.domain = $4
            order by estimate_pct desc limit 1
            """, edition, key["indicator_id"], key["base_id"], domain,
        )[0]
        for part in (leader["label"], wordings[code].percentage(leader["value"]),
                     shown_interval(leader, wordings[code])):
            assert part in said, (domain, part)
    assert window.evaluate(
        "document.querySelector('.statements').getBoundingClientRect().top"
        " < document.querySelector('.cards').getBoundingClientRect().top"
    )
    titles = [
        row["headline"] for row in rows(
            marts, f"select headline_{code} as headline from rpt_headlines where edition = $1 "
            "and exhibit in (select figure from rpt_figures where edition = $1)", edition,
        )
    ]
    assert sorted(window.locator(".cards a").all_text_contents()) == sorted(titles)


def test_a_long_chart_begins_on_the_page_of_its_title(visit, site):
    """On paper no page is left blank before a chart that is longer than what remains of it."""
    pages = (site / CODES[0]).glob("indicator-*.html")
    window = visit(f"{CODES[0]}/{max(pages, key=lambda path: path.stat().st_size).name}")
    window.emulate_media(media="print")
    assert window.locator("figure.chart").first.evaluate(
        "figure => getComputedStyle(figure).breakInside"
    ) == "auto"
    assert window.locator("figure.chart .row").first.evaluate(
        "row => getComputedStyle(row).breakInside"
    ) == "avoid"
    window.emulate_media(media="screen")


def test_a_code_stays_on_a_line():
    """A line may end beside numbers that a hyphen joins, and not between them; the rest is text."""
    assert keep_whole("A <b> 10-2;3 (4-56 x), y-z") == (
        'A &lt;b&gt; <span class="whole">10-2</span>;3 (<span class="whole">4-56</span> x), y-z'
    )


@pytest.mark.parametrize("code", CODES)
def test_a_phone_never_scrolls_sideways(visit, site, code):
    """Every kind of page fits a small phone, with everything opened."""
    names = {path.name for path in (site / code).glob("tab*.html")}
    for name in sorted(names.union(kinds_of_pages(site))):
        window = visit(f"{code}/{name}", width=320, height=640)
        window.evaluate(
            "document.querySelectorAll('details').forEach(one => one.open = true);"
            "document.querySelectorAll('.switch input').forEach(box => box.checked = true)"
        )
        assert window.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert window.evaluate(BROKEN_HEADINGS) == [], name
    for name in ("../../internal/validation_report.html", *BESIDE):
        window = visit(name, width=320, height=640)
        assert window.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.parametrize("code", CODES)
def test_the_head_of_a_page_is_short(visit, code):
    """The menu is one line on a desktop, the whole head one line on a phone, where one thing opens menu
    and search.
    """
    window = visit(f"{code}/index.html")
    tops = window.locator("header nav > ul > li").evaluate_all(
        "entries => entries.map(entry => entry.getBoundingClientRect().top)"
    )
    assert len(tops) > 4 and len(set(tops)) == 1
    window = visit(f"{code}/index.html", width=375, height=740)
    places = window.locator("header.site").evaluate(
        "head => [...head.querySelectorAll('a, button, input, summary')].filter(part => part.checkVisibility())"
        ".map(part => part.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    )
    assert 2 < len(places) and max(top for top, _ in places) < min(bottom for _, bottom in places)
    window.locator(".menu summary").click()
    assert window.locator("header nav a").first.is_visible() and window.locator("#search").is_visible()


@pytest.mark.parametrize("code", CODES)
def test_a_figure_can_be_taken_over(visit, site, marts, code):
    """Its files are there; its link and its HTML lead to the page and to the picture, wherever they are."""
    figure = reference("figure_titles")[0]["figure"]
    for name in (figure, *(row["table_id"] for row in reference("report_tables"))):
        window = visit(f"{code}/{name}-{newest(marts)}.html")
        files = window.locator(".take a[download]").evaluate_all("links => links.map(link => link.href)")
        paths = [Path(unquote(file.removeprefix("file://"))) for file in files]
        assert [path.suffix for path in paths] == [".png", ".svg", ".csv"]
        assert all(path.is_file() and path.is_relative_to(site.parent) for path in paths)
        window.locator(".take summary").click()
        assert window.locator("#take-link").input_value() == window.url
        page = lxml.html.fromstring(window.locator("#take-code").input_value())
        assert page.get("href") == window.url
        (picture,) = page.iter("img")
        assert picture.get("src") == files[1] and picture.get("alt")


def test_the_front_page_leads_to_every_form(site, wordings):
    """Each export once a language, with its size; what is not there is left out."""
    page = lxml.html.document_fromstring((site.parent / "index.html").read_text(encoding="utf-8"))
    for code, wording in wordings.items():
        entries = page.get_element_by_id(code).find_class("entries")[0].findall("li")
        titles = [entry.findtext("h3/a") for entry in entries]
        assert titles == [wording.term(f"front_{export}_title") for export in ADDRESSES]
        assert set(ADDRESSES) == set(EXPORTS) - {"front_page"}
        sizes = [entry.find_class("code")[0].text for entry in entries]
        assert wording.megabytes((site.parent / EXPORTS["xlsx"]).stat().st_size) in sizes
        count = sum(path.is_file() for path in site.rglob("*"))
        assert any(wording.count(count) in size for size in sizes)
        alone = front_entries(wording, 1, EXPORTS, site / "assets")
        assert alone == []


def test_every_page_says_who_publishes_it(parsed, site, wordings):
    """Who commissioned it, what it is called where somebody links to it, in the language of the page."""
    known = [row for row in reference("publication") if row["text_nl"]]
    assert known
    for path in parsed:
        page = lxml.html.document_fromstring(path.read_text(encoding="utf-8"))
        is_one = path.parent.name in CODES
        for code in [page.get("lang")] if is_one else CODES:
            footer = " ".join(page.xpath(f"//footer//div[@lang='{code}']")[0].text_content().split())
            for row in known:
                if row["item_id"] != "site":
                    assert row[f"text_{code}"] in footer, path
        meta = {tag.get("property"): tag.get("content") for tag in page.xpath("//meta[@property]")}
        assert meta["og:title"] == page.findtext(".//title") and meta["og:type"] == "website"
        assert meta["og:description"] == page.xpath("//meta[@name='description']/@content")[0]
        assert meta["og:locale"].startswith(page.get("lang"))
        assert ("og:locale:alternate" in meta) != is_one


@pytest.mark.parametrize(
    ("code", "width", "place"), list(zip(CODES, (1280, 375), (0.5, 0), strict=True))
)
def test_nothing_is_in_anybodys_way(visit, site, code, width, place):
    """The accessibility checker finds nothing on any kind of page, with everything opened; on a
    desktop no table below a chart is wider than its place.
    """
    checker = Axe()
    # The quality report is as large as ten other pages: once is enough.
    beside = [name for name in BESIDE if width > 1000 or "quality" not in name]
    for name in [f"{code}/{name}" for name in kinds_of_pages(site, place)] + ["index.html", *beside]:
        window = visit(name, width=width)
        window.evaluate(
            "document.querySelectorAll('details').forEach(one => one.open = true);"
            "document.querySelectorAll('.switch input').forEach(box => box.checked = true)"
        )
        assert width < 1000 or not window.evaluate(
            "[...document.querySelectorAll('.data .wide')]"
            ".filter(box => box.scrollWidth > box.clientWidth).map(box => box.textContent)"
        ), name
        found = checker.run(window, options={
            "runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"],
        }).response["violations"]
        assert not found, (name, [
            (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
            for violation in found
        ])


def test_the_site_says_that_data_are_synthetic(site, marts, wordings):
    """Every page says so, and every chart with the edition, while an edition is synthetic."""
    assert marts.sql("select bool_or(status = 'synthetic') from dim_editions").fetchone()[0]
    choice = (site / "index.html").read_text(encoding="utf-8")
    for code, wording in wordings.items():
        assert wording.term("synthetic_notice") in choice
        for path in (site / code).glob("*.html"):
            text = path.read_text(encoding="utf-8")
            assert wording.term("synthetic_notice") in text, path
            assert text.count('<figure class="chart') <= text.count(wording.term("synthetic")), path


@pytest.mark.parametrize(
    ("reach", "end"),
    [(0, 1), (0.7, 0.8), (7, 8), (9.9, 10), (10, 10), (11, 12), (26, 30), (88, 100)],
)
def test_axes_end_at_round_numbers(reach, end):
    """An axis ends at a round number that is not below what it shows."""
    assert nice_end(reach)[0] == pytest.approx(end)


def test_a_line_goes_through_any_number_of_editions():
    """As far apart as in time, the newest to the right; an edition without a number is left out."""
    def chart(*editions):
        marks = tuple(Mark(place, None if year == 2001 else 10.0) for place, year in enumerate(editions))
        return Chart(
            id="c", title="t", subtitle="s", caption=(), kind="line", unit="percent", item="i",
            series=tuple(map(str, editions)), colours=("#000",) * len(editions),
            rows=(Row("r", marks),), editions=tuple((year, "final") for year in editions),
        )

    many = chart(2005, 2003, 2001, 1997)
    places = [float(many.across(series)) for series in range(4)]
    assert places == sorted(places, reverse=True) and 0 < places[-1] and places[0] < 100
    assert places[0] - places[1] == pytest.approx(places[1] - places[2]) == pytest.approx((places[2] - places[3]) / 2)
    assert [(later.series, before.series) for later, before in many.steps(many.rows[0])] == [(0, 1), (1, 3)]
    alone = chart(2005)
    assert alone.steps(alone.rows[0]) == [] and 0 < float(alone.across(0)) < 100


def test_changes_are_those_from_the_nearest_edition():
    """Of several earlier editions; an edition that was compared with none has no changes."""
    contents = Contents(
        **dict.fromkeys(field.name for field in fields(Contents))
        | {"changes": {(2003, 2001): "far", (2002, 2001): "other", (2003, 2002): "near"}}
    )
    assert [contents.changes_of(edition) for edition in (2001, 2002, 2003)] == [{}, "other", "near"]


@pytest.mark.parametrize("code", CODES)
def test_what_cannot_be_compared_is_no_change(changed_site, wordings, marts, code):
    """A difference between two editions that do not measure the same is printed nowhere."""
    edition, previous = marts.sql(
        "select edition, previous_edition from fct_changes order by all desc limit 1"
    ).fetchone()
    site = changed_site(
        "update marts.fct_changes set is_comparable = false, is_significant = null, "
        "comparability_reason = 'other questions'"
    )
    wording = wordings[code]
    none = wording.term("no_change", previous=previous)
    home = (site / code / "index.html").read_text(encoding="utf-8")
    assert home.count(none) == len(reference("site_highlights"))
    moved = re.compile(rf"[+−][0-9]+[.,][0-9] {re.escape(wording.term('points'))}")
    pages = list((site / code).glob("*.html"))
    assert len(pages) > 100
    assert [
        page.name for page in pages
        if moved.search(page.read_text(encoding="utf-8"))
    ] == []
    names = [wording.term(name) for name in ("csv_change", "csv_change_lower", "csv_change_upper")]
    cells = 0
    for path in (site / code / "data").glob("*.csv"):
        text = path.read_text(encoding=wording.language.csv_encoding)
        for row in csv.DictReader(text.splitlines(), delimiter=wording.language.csv_delimiter):
            assert not any(row[name] for name in names), path
            cells += 1
    assert cells > 1000


def test_a_line_joins_no_editions_that_cannot_be_compared():
    """Two points stay apart where the later one is not comparable with the one before."""
    def mark(series, is_comparable):
        change = Change(2.5, 1.0, 4.0, True, is_comparable, None, "A", 2001)
        return Mark(series, 10.0, change=change)

    assert Chart.steps(Row("r", (mark(0, False), mark(1, True)))) == []
    assert len(Chart.steps(Row("r", (mark(0, True), mark(1, False))))) == 1
    apart = mark(0, False).change
    assert (apart.change, apart.lower, apart.upper, apart.is_significant) == (None,) * 4
    assert apart.verdict == "not_comparable"


def called(marts, question, code):
    """How the page calls a question."""
    return shared_name([label for (label,) in marts.execute(
        f"""
        select label_{code} from dim_indicators where question_id = $1 and indicator_id not in (
            select indicator_id from rpt_reconciliation group by all having bool_and(unit = 'count')
        ) order by sort_order, indicator_id
        """,
        [question],
    ).fetchall()])


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (["Rain fell hard", "Rain fell softly", "Rain: none"], "Rain"),
        (["Rain", "Rain: expected"], "Rain"), (["Sun", "Moon"], "Sun"), (["Mild rain"], "Mild rain"),
    ],
)
def test_a_question_is_called_as_its_indicators_are(labels, name):
    """By the words that they have in common."""
    assert shared_name(labels) == name


@pytest.mark.parametrize("code", CODES)
def test_an_edition_says_what_it_changes(changed_site, wordings, marts, code):
    """The page groups what cannot be compared by its reason, in one sentence, and names all the rest."""
    edition, previous = marts.sql(
        "select edition, previous_edition from fct_changes order by all desc limit 1"
    ).fetchone()
    known = marts.execute(
        f"""
        select indicators.indicator_id, estimates.base_id, indicators.question_id,
            indicators.label_{code} as label
        from fct_estimates as estimates join dim_indicators as indicators using (indicator_id)
        where estimates.edition = {edition} and estimates.domain = 'total'
        and indicators.indicator_id not in (
            select indicator_id from rpt_reconciliation group by all having bool_and(unit = 'count')
        )
        qualify row_number() over (
            partition by indicators.question_id order by indicators.sort_order, base_id
        ) = 1
        order by indicators.sort_order limit 6
        """
    ).to_arrow_table().to_pylist()
    one, two, three, *asked = known

    def row(kind, indicator=None, question="none", **others):
        place = {} if indicator is None else {
            "indicator_id": indicator["indicator_id"], "base_id": indicator["base_id"],
            "item_id": f"{indicator['indicator_id']}|{indicator['base_id']}",
        }
        return {
            "edition": edition, "previous_edition": previous, "kind": kind, "item_id": "x",
            "question_id": question,
        } | place | others

    size = reference("size_classes")[0]
    rows_of_edition = [
        *(row("redefined", one, item["question_id"], difference="added") for item in asked),
        *(row("redefined", two, item["question_id"], difference="added") for item in asked),
        *(row("redefined", one, name, difference="added") for name in ("q_a", "q_b")),
        *(row("redefined", two, name, difference="added") for name in ("q_a", "q_b")),
        row("redefined", three, reason="Put after another question"),
        row("regrouped", domain="size", category=size["size_class_code"]),
        row("ended", three), row("uncounted", question="q_lone", item_id="q_lone"),
    ]
    kept = f"kind = 'moved' and edition = {edition}"
    site = changed_site(
        f"delete from marts.rpt_edition_changes where not ({kept})",
        f"""
        insert into marts.fct_trends by name
        select edition, previous_edition as first_edition, 3 as edition_count, indicator_id, base_id,
            domain, category, 1.5 as slope_pp, 'a' as test_family, true as is_significant, cell_id
        from marts.fct_changes
        where edition = {edition} and domain = 'total' and is_comparable and base_id = 'all'
            and change_pp > 0 and indicator_id in (select indicator_id from marts.rpt_series where series_kind = 'print')
        order by indicator_id limit 1
        """,
        *(
            f"insert into marts.rpt_edition_changes by name select {columns}"
            for columns in (
                ", ".join(f"""{str(value) if isinstance(value, int) else f"'{value}'"} as {name}"""
                          for name, value in found.items())
                for found in rows_of_edition
            )
        ),
    )
    text = " ".join(
        re.sub("<[^>]+>", " ", (site / code / f"changes-{edition}.html").read_text(encoding="utf-8"))
        .split()
    )
    wording = wordings[code]
    first = sorted([called(marts, item["question_id"], code) for item in asked] + ["q_a", "q_b"])
    items = wording.term("changed_and_more", items=", ".join(first[:3]), count=len(first) - 3)
    sentence = wording.term("changed_added", items=items)
    assert unescape(text).count(sentence) == 1
    assert "Put after another question." in text and "q_lone" in text
    assert f"{size[f'label_{code}']}" in text
    places = [
        text.find(f"{wording.points(round(points, 1))} {wording.term('points')}")
        for (points,) in marts.sql(
            f"""
            select round(estimate_pct, 1) - round(previous_estimate_pct, 1)
            from fct_changes as changes join rpt_edition_changes as listed
            using (edition, previous_edition, indicator_id, base_id)
            where {kept} and changes.domain = 'total' and indicator_id not in (
                select indicator_id from rpt_reconciliation group by all having bool_and(unit = 'count')
            )
            order by rank limit 3
            """
        ).fetchall()
    ]
    assert places == sorted(places) and places[0] > 0
    ((label, change),) = marts.sql(
        f"""
        select label_{code}, round(estimate_pct, 1) - round(previous_estimate_pct, 1)
        from fct_changes join dim_indicators using (indicator_id)
        where edition = {edition} and domain = 'total' and is_comparable and base_id = 'all'
            and change_pp > 0 and indicator_id in (select indicator_id from rpt_series where series_kind = 'print')
        order by indicator_id limit 1
        """
    ).fetchall()
    series = (site / code / "series.html").read_text(encoding="utf-8")
    table = unescape(series.split('id="trends"')[1].split("</table>")[0])
    shown = [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.split("</t[hd]>", table)]
    assert any(cell.startswith(label) for cell in shown)
    assert wording.points(1.5) in shown and wording.term("significant") in shown
    assert shown.count(f"{wording.points(round(change, 1))} {previous}") == 2
    evolution = (site / code / f"evolution-{edition}-{previous}.html").read_text(encoding="utf-8")
    assert f"changes-{edition}.html" in evolution
    assert_links_lead_somewhere(site, f"{code}/changes-*.html")
