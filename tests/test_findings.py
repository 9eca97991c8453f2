"""The page of the site on what the report says in words."""

import html
import re

import duckdb
import pytest

from barometer.outputs.language.wording import LANGUAGES
from barometer.outputs.site.findings import VERDICTS

CODES = [language.code for language in LANGUAGES]


@pytest.mark.parametrize("code", CODES)
def test_every_claim_is_on_the_page_of_each_edition(built_project, code):
    """With its text, its verdict in words, and how many have each; and the menu opens the newest."""
    release = built_project / "release"
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as connection:
        claims = connection.sql(
            f"select edition, text_{code}, verdict from marts.rpt_claims order by sort_order"
        ).fetchall()
    editions = {edition for edition, *_ in claims}
    assert editions
    texts = {
        row["text_id"]: row[f"text_{code}"]
        for row in read_texts(built_project)
    }
    for edition in editions:
        page = (release / "public" / "site" / code / f"findings-{edition}.html").read_text(encoding="utf-8")
        rows = re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?</th><td>(.*?)</td>', page)
        expected = [
            (text, texts[f"verdict_{verdict}"]) for year, text, verdict in claims if year == edition
        ]
        assert rows == expected
        for verdict in VERDICTS:
            count = sum((year, found) == (edition, verdict) for year, _, found in claims)
            assert f"<li>{count}: {texts[f'verdict_{verdict}']}." in page
    home = (release / "public" / "site" / code / "index.html").read_text(encoding="utf-8")
    assert f'href="findings-{max(editions)}.html"' in home


@pytest.mark.parametrize("code", CODES)
def test_a_figure_says_what_may_be_said_of_it(built_project, code):
    """Each claim on it with its verdict, a sentence once, below every figure and table that has any."""
    release = built_project / "release"
    texts = {row["text_id"]: row[f"text_{code}"] for row in read_texts(built_project)}
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as connection:
        claims = connection.sql(
            f"select edition, place, text_{code}, verdict from marts.rpt_claims order by sort_order"
        ).fetchall()
        headlines = connection.sql(
            f"select edition, exhibit, headline_{code} from marts.rpt_headlines"
        ).fetchall()
    seen = 0
    for edition, exhibit, headline in headlines:
        path = release / "public" / "site" / code / f"{exhibit}-{edition}.html"
        if not path.exists():
            continue
        page = html.unescape(path.read_text(encoding="utf-8"))
        assert re.search(r"<h1[^>]*>(.*?)</h1>", page)[1] == headline
        _, _, said = page.partition('<section class="said"')
        found = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td>', said)
        expected = {}
        for year, place, text, verdict in claims:
            if (year, place) == (edition, exhibit):
                expected.setdefault(text, verdict)
        assert sorted(found) == sorted(
            (text, texts[f"verdict_{verdict}"]) for text, verdict in expected.items()
        )
        order = [VERDICTS.index(expected[text]) for text, _ in found]
        assert order == sorted(order)
        seen += bool(found)
    assert seen > 20


def read_texts(folder):
    """Rows of the seed site_texts of a project."""
    with duckdb.connect() as connection:
        table = connection.sql(
            f"from read_csv('{folder / 'seeds' / 'reference' / 'site_texts.csv'}', all_varchar=true)"
        )
        return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
