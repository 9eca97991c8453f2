"""Models on an engine: translation, sessions, the lake, and a whole build on Sail, a Spark Connect
server from the package index, held against DuckDB's.
"""

import json
import socket
import subprocess
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from barometer.engine import engine as engine_module
from barometer.engine.engine import LAKE_VARIABLE, REMOTE_VARIABLE, Engine
from barometer.engine.faults import EngineFault
from barometer.engine.lake import Lake
from barometer.engine.sessions import DuckDBSession
from barometer.engine.translation import translated
from barometer.inputs.file_listing import raw_files
from barometer.inputs.pseudonyms import KEY_VARIABLE, pseudonyms
from barometer.release.microdata_in_lake import released_microdata
from helpers import clean_environment, reference, tool, without_exports
from survey_of_people import KEY

SECONDS_TO_START = 60


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    """The address of a server; its log is where the server runs."""
    folder = tmp_path_factory.mktemp("sail")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "sail.log").open("w") as log, subprocess.Popen(
        [tool("sail"), "spark", "server", "--port", str(port)],
        env=clean_environment() | {"RUST_LOG": "info"}, stdout=log, stderr=log, cwd=folder,
    ) as server:
        ends = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ends:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"sc://127.0.0.1:{port}", folder / "sail.log"
        server.kill()


@pytest.fixture
def lake(tmp_path) -> Path:
    """A folder that the server and the test both see."""
    folder = tmp_path / "lake"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def warehouse():
    """A database in memory with the function `pseudonym`, as a build has it."""
    with duckdb.connect() as connection:
        connection.create_function(
            "pseudonym", pseudonyms, ["VARCHAR", "VARCHAR"], "BIGINT", type="arrow", null_handling="special"
        )
        yield connection


def on_spark(sql: str, names: list[str] = ()) -> str:
    """A query as Spark has it; each table of the warehouse has these columns."""
    return translated(sql, lambda schema, name: f"{schema}__{name}", lambda _: list(names))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select a.b from w.s.a", "SELECT a.b FROM s__a AS a"),
        (
            "select b, count(*) as n, null::integer as m from a group by all",
            "SELECT b, COUNT(*) AS n, CAST(NULL AS INT) AS m FROM a GROUP BY b",
        ),
        (
            "select coalesce(columns(* exclude (a)), '') from s.t",
            "SELECT COALESCE(b, '') AS b, COALESCE(c, '') AS c FROM s__t AS t",
        ),
        (
            "with w as (select a, b, c from t) "
            "select * from w unpivot (x for y in (columns(* exclude (a))))",
            "WITH w AS (SELECT a, b, c FROM t) SELECT * FROM w UNPIVOT(x FOR y IN (b, c))",
        ),
        ("select string_split(a, '|') from t", "SELECT SPLIT(a, '[|]') FROM t"),
        ("with w as materialized (select 1 as a) select a from w", "WITH w AS (SELECT 1 AS a) SELECT a FROM w"),
        ("select any_value(a) from t", "SELECT MIN(a) FROM t"),
        (
            "select cast('0x' || substr(md5(a), 1, 15) as bigint) % 3 from t",
            "SELECT CAST(CONV(SUBSTRING(MD5(a), 1, 15), 16, 10) AS BIGINT) % 3 FROM t",
        ),
        (
            "select regexp_full_match(a, 'x') = b from t",
            r"SELECT (a RLIKE CONCAT('^(?:', 'x', ')\\z')) = b FROM t",
        ),
    ],
)
def test_what_sqlglot_leaves_is_translated(sql, expected):
    """Each repair, one by one."""
    assert on_spark(sql, ["a", "b", "c"]).upper() == expected.upper()


def test_every_model_is_sql_of_spark(built_project, remote, lake):
    """The server analyses every model of responses/ and of the microdata; each that it refuses is named."""
    manifest = json.loads((built_project / "target" / "manifest.json").read_text(encoding="utf-8"))
    nodes = [
        node for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["language"] == "sql"
        and node["config"]["meta"].get("grows_with_respondents")
    ]
    assert {"raw_cells", "int_pattern_counts", "fct_answers"} < {node["name"] for node in nodes}
    refused = {}
    # Tables without rows are quick to hand over.
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as built, \
            duckdb.connect() as empty:
        empty.execute("attach ':memory:' as warehouse")
        empty.execute("use warehouse")
        for schema, name, sql in built.sql(
            "select schema_name, table_name, sql from duckdb_tables()"
        ).fetchall():
            empty.execute(f"create schema if not exists {schema}")
            columns = built.sql(f'describe {schema}."{name}"').fetchall()
            empty.execute(
                f'create table {schema}."{name}" ('
                + ", ".join(f'"{column[0]}" {column[1]}' for column in columns) + ")"
            )
        for schema, _, sql in built.sql(
            "select schema_name, view_name, sql from duckdb_views() where not internal"
        ).fetchall():
            empty.execute(f"create schema if not exists {schema}")
            empty.execute(sql)
        session = Engine(remote[0], str(lake)).session(empty)
        for node in nodes:
            path = built_project / "target" / "compiled" / "ai_barometer" / node["original_file_path"]
            try:
                session.frame(path.read_text(encoding="utf-8")).schema  # noqa: B018
            except Exception as error:
                refused[node["name"]] = str(error).splitlines()[0]
    assert refused == {}


def test_sessions_agree(warehouse, remote, lake):
    """What is kept, handed over and asked for is the same on both engines, unsigned numbers too."""
    warehouse.execute("create schema s")
    warehouse.execute(
        "create table s.t as select range::smallint as a, (range % 3)::utinyint as b from range(1000)"
    )
    spark = Engine(remote[0], str(lake)).session(warehouse)
    found = []
    for session in (DuckDBSession(warehouse), spark):
        session.keep("kept", "select b, sum(a) as total, min(a) as least from s.t group by b")
        found.append(sorted(session.rows("select b, cast(total as bigint), least from kept")))
    assert found[0] == found[1] == [(0, 166833, 0), (1, 166167, 1), (2, 166500, 2)]
    made = spark.make("s", "u", "select a, b from s.t where b = 1")
    types = [row[:2] for row in warehouse.sql(f"describe {made}").fetchall()]
    assert types == [("a", "SMALLINT"), ("b", "UTINYINT")]
    assert warehouse.sql(f"select count(*), sum(a) from ({made})").fetchone() == (333, 166167)
    none = spark.make("s", "v", "select a, b from s.t where b = 9")
    assert warehouse.sql(f"select count(*) from ({none})").fetchone() == (0,)
    by_edition = "select a as edition, b from s.t where b = {}"
    for code, count in ((9, 0), (1, 333)):
        made = spark.make("s", "w", by_edition.format(code), is_by_edition=True)
        assert warehouse.sql(f"select count(*), min(edition) from ({made})").fetchone()[0] == count
    with pytest.raises(EngineFault, match=r"^engine sc://.*: found .*; expected it to make the model; the "):
        spark.rows("select no_such_column from s.t")


def test_grain_is_looked_at_on_the_engine(warehouse, remote, lake):
    """Rows that share the columns, and one that lacks one, are found; the folder before stays then."""
    engine = Engine(remote[0], str(lake))
    warehouse.execute("create schema s")
    warehouse.execute("create table s.t as select * from (values (1, 1), (1, 2), (null, 3)) as v(a, b)")
    for name, query, expected in (
        ("one", "select * from s.t", "grain"),
        ("two", "select * from s.t where b = 2", None),
        ("three", "select * from s.t where b > 1", "grain"),
    ):
        made = engine.made(warehouse, "s", name, query, False)
        warehouse.execute(f"create view s.{name} as {made['view']}")
        assert engine.fault_of_made(warehouse, "s", name, ["a"]) == expected


def test_workers_make_pseudonyms_with_a_key_that_nobody_sees(warehouse, remote, lake, monkeypatch):
    """The same as DuckDB's, of real editions too; afterwards the key is in no file, plan or log."""
    address, log = remote
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    warehouse.execute("create schema s")
    warehouse.execute(
        "create table s.t as select case when range % 7 > 0 then range::varchar end as number, "
        "if(range % 2 = 0, 'final', 'synthetic') as status from range(50)"
    )
    query = "select number, status, pseudonym(number, status) as pseudonym from s.t"
    session = Engine(address, str(lake)).session(warehouse)
    made = session.make("s", "u", query)
    rows = "select * from ({}) order by all"
    assert warehouse.sql(rows.format(made)).fetchall() == warehouse.sql(rows.format(query)).fetchall()
    plan = session.frame(query)._explain_string(extended=True)
    assert "pseudonym" in plan.lower()
    assert KEY not in plan
    for path in [log, *lake.rglob("*")]:
        assert path.is_dir() or KEY.encode() not in path.read_bytes(), path


def test_what_a_survey_tool_exported_is_read_the_same(warehouse, remote, lake, tmp_path):
    """Labels are codes before the engine sees a row, beside a Parquet file that its workers read."""
    for edition in ("1", "2"):
        (tmp_path / edition).mkdir()
        for file_kind in ("sample", "responses"):
            pq.write_table(pa.table({"one": ["2", None]}), tmp_path / edition / f"{file_kind}.parquet")
    (tmp_path / "1" / "responses.parquet").unlink()
    (tmp_path / "1" / "responses.csv").write_text(
        'Q1,Q2\nWelke?,"Zie,\nonder"\n"{""ImportId"":""Q1""}","{""ImportId"":""Q2""}"\nJa,x\nMisschien,\n,y\n,\n'
    )
    place = {"edition": 1, "file_kind": "responses"}
    editions = [{"edition": edition, "status": "final"} for edition in (1, 2)]
    files = raw_files(editions, [place | {"dialect": "qualtrics"}], [], str(tmp_path), "").to_pylist()
    columns = [
        {"edition": edition, "file_kind": "responses", "column_name": "one", "name_in_file": name}
        for edition, name in ((1, "Q1"), (2, "one"))
    ]
    mappings = [place | dict.fromkeys(("choice", "choice_of")) | {
        "column_in_file": "Q1", "column_name": "one", "label_set": "yes",
    }]
    labels = [{"label_set": "yes", "label": "Ja", "code": "1"}]
    session = Engine(remote[0], str(lake)).session(warehouse)
    found = []
    for each in (session, DuckDBSession(warehouse)):
        query = each.raw_rows(files, "responses", columns, {}, mappings, labels)
        found.append(each.rows(f"select * from ({query}) as r order by edition, line_number"))
    assert found[0] == found[1]
    assert [(row[0], *row[2:4], row[6]) for row in found[0]] == [
        (1, 5, None, "1"), (1, 6, None, "?Misschien"), (1, 7, None, None), (1, 8, "row_empty", None),
        (2, 2, None, "2"), (2, 3, "row_empty", None),
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"remote": ""}, f"environment variable {REMOTE_VARIABLE}: found none; expected the address"),
        ({"lake": ""}, f"environment variable {LAKE_VARIABLE}: found none; expected a folder"),
        ({"lake": "/nowhere/at/all"}, "found no such folder; expected one that the engine"),
        ({"lake": "/tmp/edition=2001"}, "found a folder that would be read as a column"),
        ({"remote": "sc://127.0.0.1:1"}, "expected a Spark Connect server that answers"),
    ],
)
def test_settings_that_cannot_work_are_one_sentence(settings, expected, lake, warehouse):
    """No server, no folder: said at once, and that the release stays as it was."""
    engine = Engine(**{"remote": "sc://127.0.0.1:1", "lake": str(lake)} | settings)
    fault = engine.fault(warehouse)
    assert expected in fault
    assert fault.endswith("; the release stays as it was")
    assert "\n" not in fault


def test_a_missing_client_is_one_sentence(lake, monkeypatch):
    """The client is in requirements/spark.txt alone."""
    monkeypatch.setattr(engine_module.importlib.util, "find_spec", lambda name: None)
    fault = Engine("sc://127.0.0.1:1", str(lake)).setting_fault()
    assert fault.startswith("package pyspark: found none; expected the client of Spark Connect: `make spark`")


def test_what_is_tried_first(warehouse, remote, lake, monkeypatch, capsys):
    """A server that works has no fault; one of an old version, and one that sees another folder, has."""
    engine = Engine(remote[0], str(lake))
    assert engine.fault(warehouse) is None
    assert capsys.readouterr().out == ""
    lake.chmod(0o755)
    assert engine.fault(warehouse) is None
    assert "found a folder that everybody on this machine may read (mode 755)" in capsys.readouterr().out

    class Old:
        version = "3.5.4"

    old = Engine(remote[0], str(lake))
    old.__dict__["client"] = Old()
    assert "found Spark 3.5.4; expected 4 or later" in old.server_fault()
    # Another folder of that name: what is read there is not what was written here.
    session = type(engine.session(warehouse))
    monkeypatch.setattr(session, "write_rows", lambda self, query, types, folder: self.connection.execute(
        f"copy (select 'another' as identifier) to '{self.lake.prepare(folder) or folder}/all.parquet'"
    ))
    assert "found another folder of that name on the engine" in engine.trial_fault(warehouse)


def test_the_lake_is_as_private_as_its_folder(lake):
    """Folders and files get its mode; emptying takes tables alone."""
    lake.chmod(0o770)
    tables = Lake(str(lake))
    run = "0d9bd3e5-0f07-4b1c-9d3c-1df13e0f3c3f"
    folder = Path(tables.table("s", "t", run))
    tables.prepare(str(folder))
    (folder / "all.parquet").write_bytes(b"x")
    tables.share(str(folder))
    assert {oct(path.stat().st_mode & 0o777) for path in (folder, folder.parent)} == {"0o770"}
    assert oct((folder / "all.parquet").stat().st_mode & 0o777) == "0o660"
    (lake / "s" / "other").mkdir()
    tables.empty()
    assert not folder.exists()
    assert (lake / "s" / "other").is_dir()


def write_parts(folder: Path, source: Path, rows_in_part: int) -> int:
    """Write a CSV file as a folder of Parquet files; how many there are."""
    rows = duckdb.sql(f"from read_csv('{source}', all_varchar = true, header = true)").to_arrow_table()
    folder.mkdir(parents=True)
    starts = range(0, rows.num_rows, rows_in_part)
    for start in starts:
        # Row groups that end within a file.
        pq.write_table(
            rows.slice(start, rows_in_part), folder / f"part-{start:06}.parquet",
            row_group_size=max(rows_in_part // 3, 1),
        )
    return len(starts)


def marts_of(release: Path, edition: int) -> dict[str, pa.Table]:
    """Rows of an edition in each mart of a release that has editions, in order."""
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as session:
        names = session.sql(
            "select table_name from information_schema.columns "
            "where table_schema = 'marts' and column_name = 'edition' order by table_name"
        ).fetchall()
        return {
            name: session.sql(f"from marts.{name} where edition = {edition} order by all").to_arrow_table()
            for (name,) in names
        }


def test_a_build_on_an_engine_is_the_same(survey, remote, tmp_path):
    """An edition of real people in Parquet parts, built on a server: its marts are DuckDB's, microdata
    stay in the lake under digests that hold, other editions are kept, and nobody's name leaves.
    """
    address, log = remote
    other = survey.copied(tmp_path)
    without_exports(other.folder)
    lake = tmp_path / "lake"
    lake.mkdir(mode=0o700)
    for file_kind in ("sample", "responses"):
        raw = other.raw_file(file_kind)
        assert write_parts(raw.with_suffix(""), raw, 100) > 1
        raw.unlink()
    other.environment = {REMOTE_VARIABLE: address, LAKE_VARIABLE: str(lake)}
    run = other.dbt("build", "--target", "spark", microdata_in_lake_from=0)
    assert run.returncode == 0, run.stdout[-4000:]
    year = survey.made.year
    expected, found = (marts_of(folder / "release", year) for folder in (survey.folder, other.folder))
    assert expected.keys() == found.keys()
    assert len(expected["fct_answers"]) > 1000
    assert {name for name in expected if not expected[name].equals(found[name])} == set()
    internal = other.folder / "release" / "internal"
    files = released_microdata(internal)
    assert {entry["mart"] for entry in files} == {"fct_answers", "fct_imputations", "fct_responses"}
    assert {entry["edition"] for entry in files} == {
        year, *(int(row["edition"]) for row in reference("editions") if row["edition"] != str(year))
    }
    manifest = json.loads((internal / "manifest.json").read_text(encoding="utf-8"))
    for mart in ("fct_answers", "fct_imputations", "fct_responses"):
        assert not (internal / "parquet" / f"{mart}.parquet").exists()
        rows = sum(entry["row_count"] for entry in files if entry["mart"] == mart)
        assert rows == manifest["row_counts"][mart] > 0
    for entry in files:
        digest = subprocess.run(
            ["sha256sum", entry["file"]], capture_output=True, text=True, check=True
        ).stdout.split()[0]
        assert digest == entry["sha256"]
    assert other.secrets_in_files() == {}
    assert other.secrets_in(log.read_text(encoding="utf-8")) == set()
    assert not (lake / "key").exists()
