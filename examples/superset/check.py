"""Superset started against a release, and what its dashboard shows compared with the marts.

Not part of `make test`; from the root of the project, after `make build`:

    make -C examples/superset check
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import duckdb
from playwright.sync_api import Page, sync_playwright

HOME = Path(os.environ["SUPERSET_HOME"])
DASHBOARD = "/superset/dashboard/ai-barometer/"
STARTING_SECONDS = 180

# What each chart must show, from the marts by their own codes: rows of label and numbers.
EXPECTED = {
    "technologies": """
        select item_label_en, value_pct
        from marts.rpt_figures
        where
            figure = 'figuur_2' and series_label_en = 'Uses' and obs_status != 'U'
            and edition = (select max(edition) from marts.rpt_figures)
    """,
    "sizes": """
        select size_classes.label_en, estimate_pct, ci_lower_pct, ci_upper_pct
        from marts.fct_estimates as estimates
        inner join marts.dim_indicators as indicators using (indicator_id)
        inner join marts.dim_size_classes as size_classes
            on domain = 'size' and category = size_class_code
        where
            indicators.label_en = 'Text mining' and obs_status != 'U'
            and edition = (select max(edition) from marts.fct_estimates)
    """,
    "edition": """
        select status, edition
        from marts.dim_editions
        where edition = (select max(edition) from marts.dim_editions)
    """,
}
SHOWN_COLUMNS = {
    "technologies": ("item", "share"),
    "sizes": ("category", "estimate_pct", "ci_lower_pct", "ci_upper_pct"),
    "edition": ("status", "edition"),
}

REFUSED_IN_SQL_LAB = {
    "writing": "delete from marts.fct_estimates",
    "reading another file": "select * from read_csv('/etc/hostname')",
}


def main() -> None:
    """Run every check; the first that fails ends it with an assertion."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("release", type=Path, help="folder of the release")
    parser.add_argument("--picture", type=Path, default=HOME / "dashboard.png")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        release = Path(name) / "release"
        shutil.copytree(arguments.release, release)
        address = stack.enter_context(superset(release.parent))
        page = stack.enter_context(browser())
        foreign = []
        page.on("response", lambda answer: answer.url.startswith((address, "data:", "blob:"))
                or foreign.append(answer.url))

        log_in(page, address)
        shown = dashboard(page, address)
        assert shown == expected(release), (shown, expected(release))
        page.screenshot(path=arguments.picture)
        report(f"{sum(map(len, shown.values()))} rows of {len(shown)} charts equal the marts")

        for what, query in REFUSED_IN_SQL_LAB.items():
            answer = sql_lab(page, address, query)
            assert not answer.ok, (what, answer.status, answer.text()[:500])
        answer = sql_lab(page, address, "select count(*) as n from marts.fct_estimates")
        assert answer.ok and answer.json()["data"][0]["n"] > 0, answer.text()[:500]
        report(f"SQL Lab reads the marts and refuses {' and '.join(REFUSED_IN_SQL_LAB)}")

        exchange(release)
        after = dashboard(page, address)
        assert after == expected(release), (after, expected(release))
        assert after["sizes"] != shown["sizes"]
        report("a release swapped in while Superset runs is shown at the next reload")

        assert not foreign, foreign
        report("no page loaded anything from elsewhere")
    report(f"picture: {arguments.picture}")


@contextlib.contextmanager
def superset(folder: Path):
    """Superset started in a folder that holds a release; gives its address, stops it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (HOME / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [Path(sys.executable).parent / "gunicorn", "--bind", f"127.0.0.1:{port}",
             "--worker-class", "gthread", "--threads", "8", "--timeout", "120",
             "superset.app:create_app()"],
            cwd=folder, stdout=log, stderr=log,
        )
        try:
            wait_until_healthy(server, address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_healthy(server: subprocess.Popen, address: str) -> None:
    """Return when the server answers; fail when it has ended or takes too long."""
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, f"Superset has ended: see {HOME / 'server.log'}"
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            with urllib.request.urlopen(f"{address}/health") as answer:
                if answer.status == 200:
                    return
        time.sleep(1)
    raise AssertionError(f"Superset does not answer: see {HOME / 'server.log'}")


@contextlib.contextmanager
def browser():
    """A page of the system's Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "no Chromium found: apt-get install chromium"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        window = playwright.chromium.launch(
            executable_path=chromium, args=["--disable-gpu", *as_root]
        )
        page = window.new_page(viewport={"width": 1400, "height": 740})
        page.set_default_timeout(120_000)
        try:
            yield page
        finally:
            page.screenshot(path=HOME / "last_page.png")
            window.close()


def log_in(page: Page, address: str) -> None:
    """Log in as a reader does."""
    page.goto(f"{address}/login/")
    page.fill("#username", "reader")
    page.fill("#password", (HOME / "password").read_text(encoding="utf-8").strip())
    page.click("[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def dashboard(page: Page, address: str) -> dict[str, list[tuple]]:
    """Open the dashboard; the rows that its charts draw, by chart, sorted."""
    shown = {}

    def keep(answer):
        if "/api/v1/chart/data" in answer.url:
            assert answer.ok, answer.text()[:1000]
            result = answer.json()["result"][0]
            name, columns = next(
                (name, columns) for name, columns in SHOWN_COLUMNS.items()
                if set(columns) <= set(result["colnames"])
            )
            shown[name] = sorted(tuple(row[column] for column in columns) for row in result["data"])

    page.on("response", keep)
    page.goto(f"{address}{DASHBOARD}")
    page.locator(".chart-slice canvas").first.wait_for()
    page.locator(".chart-slice table").nth(1).wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2000)  # the bars grow
    page.remove_listener("response", keep)
    return shown


def expected(release: Path) -> dict[str, list[tuple]]:
    """The rows that the charts must draw, from the released marts."""
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as marts:
        rows = {name: sorted(marts.sql(query).fetchall()) for name, query in EXPECTED.items()}
    assert all(rows.values()), rows
    return rows


def sql_lab(page: Page, address: str, query: str):
    """The answer of SQL Lab to a query."""
    token = page.request.get(f"{address}/api/v1/security/csrf_token/").json()["result"]
    databases = page.request.get(f"{address}/api/v1/database/").json()["result"]
    return page.request.post(
        f"{address}/api/v1/sqllab/execute/",
        headers={"X-CSRFToken": token, "Referer": address},
        data={"database_id": databases[0]["id"], "sql": query, "runAsync": False},
    )


def exchange(release: Path) -> None:
    """Swap in a release with other estimates, as a build does: written aside, then renamed."""
    new, old = release.with_name("new"), release.with_name("old")
    shutil.copytree(release, new)
    with duckdb.connect(str(new / "internal" / "ai_barometer.duckdb")) as marts:
        marts.execute("update marts.fct_estimates set estimate_pct = estimate_pct / 2")
    release.rename(old)
    new.rename(release)
    shutil.rmtree(old)


def report(sentence: str) -> None:
    """Say what was seen."""
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
