"""The examples for readers: the Python one on a built release, and what the pages say of it."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from helpers import PROJECT, clean_environment

PAGES = ["README.md", "docs/marts.md", "examples/python/README.md"]
EVERY_PAGE = sorted(
    path.relative_to(PROJECT).as_posix() for path in (PROJECT / "examples").rglob("*.md")
    if ".venv" not in path.parts
)
LINKING_PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *EVERY_PAGE] + [
    f"docs/{path.name}" for path in sorted((PROJECT / "docs").glob("*.md"))
]
# A command or a query of a page, and right below it what it prints.
FOLLOWED = re.compile(r"```(sh|python|sql)\n((?:(?!```).)*)```\n\n```text\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def share():
    """The module examples/python/share.py."""
    spec = importlib.util.spec_from_file_location("share", PROJECT / "examples/python/share.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def release(built_project) -> Path:
    """The release of the built project."""
    return built_project / "release"


@pytest.fixture(scope="module")
def quotable(release) -> pd.DataFrame:
    """Estimates of the newest edition with both labels of indicator and category, from Parquet."""
    mart = {path.stem: pd.read_parquet(path) for path in (release / "internal" / "parquet").glob("*.parquet")}
    labels = ["label_nl", "label_en"]
    indicators = mart["dim_indicators"].set_index("indicator_id")[labels]
    categories = pd.concat([
        mart["dim_size_classes"].set_index("size_class_code")[labels],
        mart["dim_sectors"].set_index("sector_code")[labels],
        pd.DataFrame({"label_nl": ["Totaal"], "label_en": ["Total"]}, index=["total"]),
    ])
    estimates = mart["fct_estimates"]
    estimates = estimates[estimates["edition"] == estimates["edition"].max()]
    return (
        estimates.join(indicators.add_prefix("indicator_"), on="indicator_id", validate="m:1")
        .join(categories.add_prefix("category_"), on="category", validate="m:1")
    )


def numbers(row) -> tuple:
    """What identifies an estimate, and the estimate itself."""
    return (row["base_id"], row["estimate_pct"], row["ci_lower_pct"], row["obs_status"])


def test_every_estimate_is_found_by_its_labels(share, release, quotable):
    """Each indicator's label, in either language, finds its estimates and no other."""
    assert len(quotable) > 1000
    for language in ("nl", "en"):
        for label, expected in quotable.groupby(f"indicator_label_{language}"):
            found = share.shares(release, label.upper(), "")
            assert {(row["category"], *numbers(row)) for row in found} == {
                (row["category_label_en"], *numbers(row)) for row in expected.to_dict("records")
            }, label
            assert len(found) == len(expected)


def test_a_category_is_found_by_how_its_label_begins(share, release, quotable):
    """Each category's label, in either language and cut short, finds its estimates."""
    label = quotable["indicator_label_en"].iloc[0]
    of_label = quotable[quotable["indicator_label_en"] == label]
    for row in of_label.to_dict("records"):
        for name in (row["category_label_nl"], row["category_label_en"]):
            found = share.shares(release, label, name[: max(4, len(name) // 2)].lower())
            assert numbers(row) in map(numbers, found), name
    assert share.shares(release, label, "no such category") == []
    assert share.shares(release, label[:-1], "") == []


def test_a_label_that_is_not_there_gets_the_nearest(share, release, quotable):
    """One that is misspelt, or a part of one, in either language: the labels most like it."""
    label = quotable["indicator_label_en"].iloc[0]
    misspelt = label[:2] + label[3:]
    with pytest.raises(SystemExit, match=re.escape(f"no estimate labelled {misspelt!r} for 'no'")) as stop:
        share.main(misspelt, "no", str(release))
    assert repr(label) in str(stop.value)
    assert label in share.near_labels(release, "dim_indicators", label[1:].upper())


def test_only_what_is_reliable_and_not_withheld_is_quoted(share, release, quotable):
    """A number is printed of an estimate of status A alone."""
    label = quotable.loc[quotable["obs_status"] == "U", "indicator_label_en"].iloc[0]
    rows = share.shares(release, label, "")
    assert {row["obs_status"] for row in rows} == {"A", "U"}
    for row in rows:
        assert (" % (95 % interval " in share.sentence(row)) == (row["obs_status"] == "A")
        withheld = share.sentence(row | {"estimate_pct": None, "ci_lower_pct": None})
        assert withheld.endswith(": withheld")


def steps() -> list:
    """Every command, program or query of a page that is followed by what it prints."""
    return [
        pytest.param(kind, text, printed, id=f"{page}: {kind}")
        for page in PAGES
        for kind, text, printed in FOLLOWED.findall((PROJECT / page).read_text(encoding="utf-8"))
    ]


def test_pages_have_steps():
    """Each page has a step that is followed here."""
    assert {step.id.split(": ")[0] for step in steps()} == set(PAGES)


@pytest.mark.parametrize(("kind", "text", "printed"), steps())
def test_a_step_prints_what_its_page_says(built_project, kind, text, printed):
    """A command or a program, run in the built project, or a query on its release."""
    if kind == "sql":
        with duckdb.connect(
            str(built_project / "release" / "internal" / "ai_barometer.duckdb"), read_only=True
        ) as marts:
            output = str(marts.sql(text))
    else:
        words = shlex.split(text) if kind == "sh" else ["python", "-c", text]
        run = subprocess.run([sys.executable, *words[1:]], cwd=built_project, text=True,
                             capture_output=True, env=clean_environment(), check=False)
        assert Path(words[0]).name == "python" and not run.returncode, run.stderr
        output = run.stdout
    assert output.strip("\n") == printed.strip("\n")


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_warns(page):
    """Each page says what is synthetic, what not to quote and what not to average."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    for warning in ("synthetic", "do not quote", "average", "`final_weight`"):
        assert warning in text, warning


def anchors(page: Path) -> set[str]:
    """The names that a forge gives the headings of a page."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(page: Path) -> list[tuple[str, str]]:
    """Relative links and pictures of a page: file, empty for the page itself, and anchor."""
    found = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text(encoding="utf-8"))
    return [(link, anchor) for link, anchor in found if "://" not in link]


@pytest.mark.parametrize("page", LINKING_PAGES)
def test_links_of_a_page_exist(page):
    """Every relative link and picture of a page is a file of the project, every anchor a heading of it."""
    page = PROJECT / page
    for link, anchor in links_of(page):
        assert (page.parent / link).exists(), link
        assert not anchor or anchor in anchors(page.parent / link if link else page), f"{link}#{anchor}"


def test_readers_find_every_page():
    """The README links to the index of docs/, and the index to every page there."""
    assert "docs/README.md" in {link for link, _ in links_of(PROJECT / "README.md")}
    listed = {link for link, _ in links_of(PROJECT / "docs" / "README.md")}
    pages = {path.name for path in (PROJECT / "docs").glob("*.md")} - {"README.md"}
    assert len(pages) > 10 and pages <= listed


def test_the_readme_is_one_page():
    """What a newcomer reads before the first build stays short: more belongs in docs/."""
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= 115


def test_drawn_pictures_of_pages_are_those_of_the_release(built_project):
    """A figure in docs/images is the very one that the newest edition prints in English. When it is drawn
    anew, copy it from release/public/report/.
    """
    drawn = sorted((PROJECT / "docs" / "images").glob("*.svg"))
    newest = max(
        (path for path in (built_project / "release" / "public" / "report").iterdir() if path.is_dir()),
        key=lambda path: int(path.name),
    )
    assert drawn
    for path in drawn:
        assert path.read_bytes() == (newest / "en" / path.name).read_bytes(), path.name


def test_spark_says_that_there_is_no_java(tmp_path):
    """Before anything is set up, in one line."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("make", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    folder = tmp_path / "spark"
    shutil.copytree(
        PROJECT / "examples" / "spark", folder, ignore=shutil.ignore_patterns(".venv", ".spark")
    )
    run = subprocess.run(
        ["make", "-C", folder, "check"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )
    assert run.returncode
    assert "program java: found none; expected Java 17 or later" in run.stdout
    assert not (folder / ".venv").exists()


def test_spark_check_finds_what_differs(tmp_path):
    """Two releases with one value of one mart that differs: it is named, and only it."""
    spec = importlib.util.spec_from_file_location("spark_check", PROJECT / "examples" / "spark" / "spark_check.py")
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    for name, value in (("one", 1), ("other", 2)):
        folder = tmp_path / name / "release" / "internal"
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "ai_barometer.duckdb")) as database:
            database.execute("create schema marts")
            database.execute("create table marts.same as select 1 as a")
            database.execute(f"create view marts.changed as select {value} as a")
    assert check.differing(tmp_path / "one", tmp_path / "one") == (2, [])
    assert check.differing(tmp_path / "one", tmp_path / "other") == (2, ["changed"])
