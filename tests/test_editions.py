"""Past editions do not move: one edition can be built, and what it releases is the whole.

Also the everyday build of what changed against the state that a release carries. Editions,
indicators and columns are found in the data; none is typed here.
"""

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from barometer.release.last_release import last_release, release_fault
from barometer.release.release_diff import ROWS_SHOWN, diff_sections
from barometer.release.release_state import (
    changes_unseen,
    file_digests,
    public_manifest,
    raw_file_names,
)
from helpers import (
    CHANGED,
    change_labels,
    copy_built,
    folder_digests,
    read_cells,
    read_rows,
    rebuild,
    reference,
    run_barometer,
    run_dbt,
    seal,
    without_exports,
    write_cells,
)

EDITIONS = sorted(int(row["edition"]) for row in reference("editions"))
NEWEST, OLDEST = EDITIONS[-1], EDITIONS[0]


def only(*editions: int) -> tuple[str, str]:
    """The arguments of a build of some editions."""
    return "--vars", f"{{editions: {list(editions)}}}"


def passed(folder: Path, *arguments: str) -> str:
    """Run dbt, which must pass; returns its output."""
    build = run_dbt(folder, *arguments)
    assert build.returncode == 0, build.stdout[-4000:]
    return build.stdout


def in_one_line(text: str) -> str:
    """Output of dbt without its line breaks."""
    return re.sub(r"\s+", " ", text)


def change_cells(path: Path, column: str, change, rows: slice = slice(None)) -> None:
    """Change a column of some rows of a CSV file."""
    cells = read_cells(path)
    place = cells[0].index(column)
    for row in cells[1:][rows]:
        row[place] = change(row[place])
    write_cells(path, cells)


def change_released(folder: Path, name: str, sql: str, subfolder: str = "parquet") -> None:
    """Put the outcome of a query over a released table, `released`, in its place, as if published."""
    path = folder / "release" / "internal" / subfolder / f"{name}.parquet"
    table = pq.read_table(path)
    with duckdb.connect() as connection:
        connection.register("released", table)
        pq.write_table(connection.sql(sql).to_arrow_table(), path)
    seal(folder / "release")


@pytest.fixture(scope="module")
def revised(built_project, tmp_path_factory):
    """A copy in which the oldest edition is revised: its raw files are not what they were when other
    numbers of it were released. That edition alone is built, with one thread.

    What was released before is made up: the numbers of one indicator are one point lower, and the
    rows that compare editions are not there yet.
    """
    folder = copy_built(built_project, tmp_path_factory.mktemp("revised") / "project")
    without_exports(folder)
    indicator = unpublished_indicator()
    for mart, edition, value in (
        ("fct_estimates", "edition", "estimate_pct"),
        ("fct_changes", "previous_edition", "previous_estimate_pct"),
    ):
        change_released(
            folder, mart,
            f"select * replace (if({edition} = {OLDEST} and indicator_id = '{indicator}', "
            f"{value} - 1, {value}) as {value}) from released",
        )
    manifest = json.loads((folder / "target" / "manifest.json").read_text("utf-8"))
    compare = {
        node["name"]: node["config"]["meta"]["computed_anew"]
        for node in manifest["nodes"].values() if "computed_anew" in node["config"].get("meta", {})
    }
    for mart, condition in compare.items():
        change_released(folder, mart, f"select * from released where not ({condition})")
    assert compare
    change_cells(
        folder / "seeds" / "reference" / "editions.csv", "revision", lambda _: "1", slice(0, 1)
    )
    build = rebuild(folder, "--threads", "1", *only(OLDEST))
    return {"folder": folder, "build": build, "indicator": indicator}


def unpublished_indicator() -> str:
    """An indicator of the oldest edition that no published number of it rests on."""
    published = {
        row["indicator"] for row in reference("published_figures") if row["edition"] == str(OLDEST)
    }
    asked = {row["question_id"] for row in reference("questions") if row["edition"] == str(OLDEST)}
    return next(
        row["indicator_id"] for row in reference("indicators")
        if row["question_id"] in asked and row["indicator_id"] not in published
    )


def test_the_build_of_one_edition_reads_no_other(revised):
    """What the hot deck and the estimates work on is the edition that was asked for."""
    warehouse = revised["folder"] / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as warehouse:
        for table in ("responses.stg_sample", "raw.raw_answers", "responses.int_patterns_imputed",
                      "estimates.int_estimates_all_sectors"):
            found = warehouse.sql(f"select distinct edition from {table}").fetchall()
            assert found == [(OLDEST,)], table


def test_an_edition_alone_is_what_it_is_among_others(built_project, revised):
    """The marts of a build of one edition, the others kept, are to the byte those of a build of all,
    and so is the state that the next build starts from.

    So an edition that is added changes no other, and both builds of a comparison are right.
    What is drawn from the marts is the same where they are: tests/test_build.py.
    """
    assert revised["build"].returncode == 0, revised["build"].stdout[-4000:]
    whole, alone = (
        {
            path.relative_to(folder / "release" / "internal").as_posix(): path.read_bytes()
            for path in (folder / "release" / "internal").rglob("*.parquet")
        }
        for folder in (built_project, revised["folder"])
    )
    assert whole.keys() == alone.keys()
    moved = {name for name in whole if whole[name] != alone[name]}
    # It has the revision.
    assert moved == {"parquet/dim_editions.parquet"}
    assert {"parquet/fct_changes.parquet", "state/int_counts_with_past_editions.parquet"} <= whole.keys()


def test_a_declared_revision_is_released_with_its_moves(revised):
    """Moves are those of the edition revised and of its comparisons, each with its size."""
    release = revised["folder"] / "release"
    rows = read_rows(release / "internal" / "diff.csv")
    assert {row["mart_name"] for row in rows} == {"fct_estimates", "fct_changes"}
    for row in rows:
        assert (row["is_revised"], row["is_allowed"]) == ("true", "true")
        assert str(OLDEST) in (row["edition"], row["previous_edition"])
        assert (row["difference_kind"], row["indicator_id"]) == ("moved", revised["indicator"])
        assert float(row["difference"]) == pytest.approx(1, abs=1e-9)
    page = (release / "internal" / "diff.html").read_text("utf-8")
    assert "revision 1" in page and rows[0]["indicator_id"] in page and "synthetic" in page
    for part in ("http:", "https:", "src=", "url(", "<script", "<link"):
        assert part not in page
    with duckdb.connect() as connection:
        assert connection.sql(
            f"select edition, revision from '{release}/internal/parquet/dim_editions.parquet' order by all"
        ).fetchall() == [(edition, int(edition == OLDEST)) for edition in EDITIONS]


def refused(folder: Path, *marts: str) -> str:
    """What a build of these marts for the newest edition says when it fails."""
    build = run_dbt(
        folder, "build", "--select", "editions", *marts, "--exclude-resource-type", "test",
        "--exclude-resource-type", "unit_test", *only(NEWEST),
    )
    assert build.returncode
    return in_one_line(build.stdout)


def test_what_cannot_be_kept_is_refused(built_project, tmp_path):
    """One message for each mart, rather than a release that lacks an edition."""
    folder = copy_built(built_project, tmp_path / "project")
    change_released(folder, "fct_fieldwork", "select * exclude (value) from released")
    change_released(folder, "rpt_figures", "select *, 1 as another from released")
    (folder / "release/internal/parquet/fct_imputations.parquet").unlink()
    seal(folder / "release")
    output = refused(folder, "fct_fieldwork", "rpt_figures", "fct_imputations")
    for message in (
        "release/internal/parquet/fct_fieldwork.parquet, column value: found none; expected DOUBLE, "
        "as fct_fieldwork has it",
        "release/internal/parquet/rpt_figures.parquet, column another: found INTEGER; expected none",
        "release/internal/parquet/fct_imputations.parquet: found no file; "
        "expected the released rows of fct_imputations",
    ):
        assert message in output, output[-3000:]
    assert output.count("build all editions") == 3


def test_an_edition_is_not_forgotten(built_project, tmp_path):
    """An edition that was released and is gone from the seed is no edition to keep."""
    folder = copy_built(built_project, tmp_path / "project")
    path = folder / "seeds/reference/editions.csv"
    write_cells(path, [row for row in read_cells(path) if row[0] != str(OLDEST)])
    assert (
        f"seeds/reference/editions.csv: found no edition {OLDEST}; "
        "expected every edition of the last release"
    ) in refused(folder, "fct_fieldwork")


def test_numbers_that_move_appear_vanish_or_waver(built_project, tmp_path):
    """A number that moved, or vanished, stops the build: each cell with what was found and
    expected; one that appears is listed and let pass; noise is no move."""
    folder = copy_built(built_project, tmp_path / "project")
    with duckdb.connect() as connection:
        places = connection.sql(
            f"select indicator_id, base_id, estimate_pct "
            f"from '{folder}/release/internal/parquet/fct_estimates.parquet' "
            f"where edition = {OLDEST} and domain = 'total' and estimate_pct > 0 "
            "qualify row_number() over (partition by indicator_id order by base_id) = 1 "
            "order by all limit 4"
        ).fetchall()
    (appears, *_), (vanishes, *_), (wavers, *_), (moves, base, value) = places
    change_released(
        folder, "fct_estimates",
        f"""
        select * replace (
            case indicator_id
                when '{wavers}' then estimate_pct + 5e-10
                when '{moves}' then estimate_pct + 1e-6
                else estimate_pct
            end as estimate_pct
        )
        from released
        where edition != {OLDEST} or indicator_id != '{appears}'
        union all
        select * replace ('formerly' as indicator_id) from released
        where edition = {OLDEST} and indicator_id = '{vanishes}'
        """,
    )
    build = run_dbt(folder, "build", "--select", "qlt_release_diff")
    assert build.returncode
    output = in_one_line(build.stdout)
    assert f"edition {OLDEST}, indicator formerly" in output
    assert "estimate_pct: found nothing; expected" in output
    cell = re.search(
        rf"edition {OLDEST}, indicator {moves}, base {base}, total total, "
        r"fct_estimates.estimate_pct: found ([\d.]+); expected ([\d.]+) as released, "
        r"or a higher revision of the edition in seeds/reference/editions.csv",
        output,
    )
    assert cell, output[-3000:]
    assert float(cell[1]) == pytest.approx(value, abs=1e-8)
    assert float(cell[2]) == pytest.approx(value + 1e-6, abs=1e-8)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.sql(
            "select distinct indicator_id, difference_kind, is_allowed "
            f"from quality.qlt_release_diff where edition = {OLDEST} order by all"
        ).fetchall() == sorted([
            (appears, "appeared", True), ("formerly", "vanished", False), (moves, "moved", False),
        ])


def test_every_pair_of_editions_is_right(built_project, tmp_path):
    """With two editions kept and one built: the change between the kept ones is the released
    one, and the built one is compared with each of them.

    The third edition is a copy of the oldest, put into the release under another year.
    """
    folder = copy_built(built_project, tmp_path / "project")
    third = OLDEST - 1
    for name in ("editions", "questions"):
        path = folder / "seeds" / "reference" / f"{name}.csv"
        cells = read_cells(path)
        place = cells[0].index("edition")
        copied = [row for row in cells if row[place] == str(OLDEST)]
        assert copied
        write_cells(path, cells + [
            row[:place] + [str(third)] + row[place + 1 :] for row in copied
        ])
    # The copy has the sectors of the oldest, whichever of them joined with it.
    for name in ("sectors", "sector_nace"):
        path = folder / "seeds" / "reference" / f"{name}.csv"
        header, *rows = read_cells(path)
        first = header.index("first_edition")
        write_cells(path, [header] + [row[:first] + [""] + row[first + 1 :] for row in rows])
    for path in (folder / "release").glob("internal/*/*.parquet"):
        columns = pq.read_schema(path).names
        if path.stem == "fct_changes":
            change_released(
                folder, path.stem,
                f"""
                select * from released
                union all
                select * replace (
                    {OLDEST}::smallint as edition, {third}::smallint as previous_edition,
                    42.0::double as change_pp, previous_cell_id as cell_id,
                    {third} || substr(previous_cell_id, 5) as previous_cell_id) from released
                union all
                select * replace ({third}::smallint as previous_edition,
                    {third} || substr(previous_cell_id, 5) as previous_cell_id) from released
                """,
            )
        elif "edition" in columns:
            key = f", {third} || substr(cell_id, 5) as cell_id" if "cell_id" in columns else ""
            change_released(
                folder, path.stem,
                f"""
                select * from released union all
                select * replace ({third}::smallint as edition{key}) from released
                where edition = {OLDEST}
                """,
                path.parent.name,
            )
    passed(
        folder, "build", *only(NEWEST), "--select", "editions", "questions",
        "sectors", "sector_nace", "path:models/definitions", "int_nace_codes_with_past_editions+", "dim_editions",
        "fct_responses", "fct_answers", "int_strata_with_past_editions+", "int_counts_with_past_editions+",
        "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test",
    )
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
        def changes(edition, previous):
            return warehouse.sql(
                f"select * exclude (edition, previous_edition) from marts.fct_changes "
                f"where edition = {edition} and previous_edition = {previous} order by all"
            ).to_arrow_table().to_pylist()

        pairs = warehouse.sql(
            "select distinct edition, previous_edition from marts.fct_changes order by all"
        ).fetchall()
        assert pairs == sorted([(OLDEST, third), (NEWEST, third), (NEWEST, OLDEST)])
        assert {row["change_pp"] for row in changes(OLDEST, third)} == {42.0}
        ignored = {"comparability_reason", "previous_cell_id"}
        assert [
            {name: value for name, value in row.items() if name not in ignored}
            for row in changes(NEWEST, third)
        ] == [
            {name: value for name, value in row.items() if name not in ignored}
            for row in changes(NEWEST, OLDEST)
        ] != []


def state_listing(folder: Path, *arguments: str) -> list[str]:
    """What dbt finds modified against the state of the release."""
    output = passed(
        folder, "--quiet", "ls", "--select", "state:modified", "--state", "release/internal/state",
        "--output", "name", *arguments,
    )
    return [line for line in output.splitlines() if line.strip() and "No nodes" not in line]


@pytest.fixture(scope="module")
def everyday(built_project, tmp_path_factory):
    """A built copy, in another folder than the one it was built in."""
    return copy_built(built_project, tmp_path_factory.mktemp("everyday") / "project")


def test_nothing_changed_is_nothing_to_build(built_project, everyday):
    """Neither the folder, nor the invocation, nor a variable makes anything look modified, or has
    dbt find other dependencies: what it parsed holds for all variables, as tests/dbt_warm.py takes
    for granted."""
    others = {"editions": [NEWEST], "raw_path": "/elsewhere", "release_path": "/else"}
    assert state_listing(everyday, "--no-partial-parse", "--vars", json.dumps(others)) == []
    parsed, before = (
        {
            name: node["depends_on"].get("nodes")
            for name, node in json.loads(path.read_text("utf-8"))["nodes"].items()
        }
        for path in (folder / "target" / "manifest.json" for folder in (everyday, built_project))
    )
    assert parsed == before


def test_what_dbt_does_not_see_is_said(everyday):
    """A raw file that dbt takes for unchanged is named, and keeps a build of changes from being
    released."""
    raw = everyday / "seeds" / "raw" / f"raw_sample_{NEWEST}.csv"
    change_cells(raw, "contact_name", str.upper, slice(0, 1))
    name = f"{NEWEST}/{raw.name}"
    assert run_barometer(everyday, "changes").stdout == f"{name}\n"
    before = folder_digests(everyday / "release")
    change_labels(everyday)
    output = in_one_line(passed(everyday, *CHANGED))
    assert f"release withheld, release stays as it is: dbt does not see that these changed: {name}; build all" in output
    assert folder_digests(everyday / "release") == before


def test_the_state_says_nothing_of_the_machine(built_project):
    """No absolute path, environment, user, moment or compiled SQL is in dbt's manifest."""
    text = (built_project / "release" / "internal" / "state" / "manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    for private in (str(built_project), f"{Path.home()}/", '"compiled_code"', '"root_path"'):
        assert private not in text, private
    assert not re.search(r'"(/[\w.-]+){2,}"', text)
    assert not {"env", "user_id", "invocation_id", "generated_at"} & set(manifest["metadata"])
    assert {node["resource_type"] for node in manifest["nodes"].values()} >= {"model", "seed", "test"}


def test_public_manifest_keeps_what_was_written():
    """Private fields go wherever they are; the rest stays."""
    manifest = {
        "metadata": {"env": {"SECRET": "1"}, "dbt_version": "1"},
        "nodes": {"a": {"raw_code": "select 1", "root_path": "/home", "config": {"created_at": 1}}},
        "lists": [{"compiled_code": "from '/raw'"}, "text"],
    }
    assert public_manifest(manifest) == {
        "metadata": {"dbt_version": "1"},
        "nodes": {"a": {"raw_code": "select 1", "config": {}}},
        "lists": [{}, "text"],
    }


def test_unseen_changes(tmp_path):
    """Files of the package and raw files are compared; a raw file of one side alone is not."""
    raw, other = tmp_path / "sample.csv", tmp_path / "responses.csv"
    for path in (raw, other):
        path.write_text("a")
    assert changes_unseen(tmp_path, [(1, str(raw))]) == []
    digests = file_digests({"1/sample.csv": raw, "0/sample.csv": other})
    assert "barometer/method/hot_deck.py" in digests
    assert not any("synthetic" in name or "__pycache__" in name for name in digests)
    (tmp_path / "files.json").write_text(json.dumps(digests))
    assert changes_unseen(tmp_path, [(1, str(raw)), (1, str(other))]) == []
    # Files of a folder may have the names of those of the other one.
    parts = [(1, f"a/1/{kind}/part.parquet") for kind in ("sample", "responses")]
    assert [name for name, _ in raw_file_names([*parts, (1, str(raw))])] == [
        "1/sample/part.parquet", "1/responses/part.parquet", "1/sample.csv"
    ]
    raw.write_text("b")
    (tmp_path / "files.json").write_text(json.dumps(digests | {"barometer/gone.py": "0"}))
    assert changes_unseen(tmp_path, [(1, str(raw))]) == ["1/sample.csv", "barometer/gone.py"]


def test_sections_of_the_page():
    """Counts by kind, the largest move in standard errors, and no more rows than can be read."""
    row = {"edition": 2, "difference_kind": "moved", "difference": -3.0, "released_se": 2.0}
    other = row | {"edition": 3, "difference": None, "released_se": None}
    first, second = diff_sections([row] * 2 + [other | {"difference_kind": "vanished"}] * (ROWS_SHOWN + 7))
    assert (first["edition"], first["counts"], first["largest_se"]) == (2, {"moved": 2}, 1.5)
    assert first["hidden_count"] == 0 and first["rows"][0]["difference_se"] == 1.5
    assert (second["largest_se"], second["hidden_count"]) == (None, 7)
    assert len(second["rows"]) == ROWS_SHOWN


def test_last_release_is_found(tmp_path, monkeypatch):
    """Where it should be, or where a killed build set it aside; nothing else is a release."""
    monkeypatch.chdir(tmp_path)
    assert last_release("release") is None
    Path("release").mkdir()
    assert last_release("release") is None
    manifest = json.dumps({"title": "AI-Barometer", "duckdb_storage_version": "v1.4.0"})
    Path("release/internal").mkdir()
    Path("release/internal/manifest.json").write_text(manifest)
    assert last_release("release") == "release/internal"
    assert last_release(str(tmp_path / "release")) == str(tmp_path / "release" / "internal")
    Path("release").rename(".release.old")
    assert last_release("release") == ".release.old/internal"


def small_release(folder):
    """A release of a few files, as it was published."""
    for name in ("internal/parquet/a.parquet", "internal/state/files.json", "public/site/index.html"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(name)
    manifest = {"title": "AI-Barometer", "duckdb_storage_version": "v1.4.0"}
    (folder / "internal" / "manifest.json").write_text(json.dumps(manifest))
    seal(folder)
    return folder


@pytest.mark.parametrize("file", ["parquet/a.parquet", "state/files.json", "parquet/new.parquet"])
@pytest.mark.parametrize("content", ["changed", None])
def test_a_damaged_release_is_not_gone_on_from(tmp_path, file, content):
    """A file that a build reads was changed, is gone, or was added: the sentence names it."""
    release = small_release(tmp_path / "release")
    assert release_fault(str(release)) is None
    if content is None:
        (release / "internal" / file).unlink(missing_ok=True)
    else:
        (release / "internal" / file).write_text(content)
    fault = release_fault(str(release))
    if file == "parquet/new.parquet" and content is None:
        assert fault is None
        return
    found = "SHA-256" if content else "no file"
    assert fault.startswith(f"{release / 'internal' / file}: found that it is not what was published, {found}")
    assert "; expected " in fault and "as manifest.json lists it; the release stays as it was" in fault
    assert fault.endswith(f"`barometer restore`, or move {release} away and build all editions")


def test_what_no_build_reads_may_be_damaged(tmp_path):
    """It is written anew. Without a release there is nothing to go on from."""
    release = small_release(tmp_path / "release")
    (release / "public/site/index.html").write_text("changed")
    assert release_fault(str(release)) is None
    assert release_fault(str(tmp_path / "none")) is None


def test_a_release_without_a_list_is_not_gone_on_from(tmp_path):
    """Nothing says what was published."""
    release = small_release(tmp_path / "release")
    manifest = json.loads((release / "internal" / "manifest.json").read_text())
    for files in ("none", [1], [{"file": "parquet/a.parquet"}], None):
        (release / "internal" / "manifest.json").write_text(json.dumps(manifest | {"files": files}))
        assert "manifest.json: found no list of files; expected" in release_fault(str(release))


def test_no_build_keeps_rows_of_a_damaged_release(built_project, tmp_path):
    """A weight that somebody changed is in no next release, whatever is built: the run stops
    before it begins."""
    folder = copy_built(built_project, tmp_path / "project")
    path = folder / "release" / "internal" / "parquet" / "dim_strata.parquet"
    with duckdb.connect() as connection:
        changed = connection.sql(
            f"select * replace (2 * final_weight as final_weight) from '{path}'"
        ).to_arrow_table()
    pq.write_table(changed, path)
    before = folder_digests(folder / "release")
    for arguments in (("build", *only(NEWEST)), CHANGED):
        run = run_dbt(folder, *arguments)
        assert run.returncode and "Traceback" not in run.stdout
        output = in_one_line(run.stdout)
        assert "dim_strata.parquet: found that it is not what was published" in output
        assert "START" not in output
    (folder / "release" / "internal" / "state" / "manifest.json").write_text("{")
    run = run_dbt(folder, *CHANGED)
    assert run.returncode and "Traceback" not in run.stdout
    (folder / "release" / "internal" / "state" / "manifest.json").write_bytes(
        (built_project / "release" / "internal" / "state" / "manifest.json").read_bytes()
    )
    assert folder_digests(folder / "release") == before


def test_diff_is_a_csv_file_with_a_header(built_project):
    """The first release has nothing to be compared with: a header, and a page that says so."""
    text = (built_project / "release" / "internal" / "diff.csv").read_text("utf-8")
    assert next(csv.reader(io.StringIO(text)))[:2] == ["mart_name", "edition"]
    assert text.count("\n") == 1
