"""The project's own rules, over dbt's manifest, the sources and the release.

Rules of dbt-project-evaluator that apply here, and those of CONTRIBUTING.md. An exception
is in convention_exceptions.csv, with its reason and date.
"""

import ast
import json
import re
from pathlib import Path

import duckdb
import pytest

from barometer.release.publish import EXPORTS, declared_tables
from helpers import PROJECT, codes, read_rows, reference

# The folders of models/ and python_models/ in the order of the work, and how names in them begin.
# A model reads its own folder and those above it.
FOLDERS = {
    "definitions": ("int_", "lin_"),
    "files": ("raw_", "chk_"),
    "responses/raw": ("raw_",),
    "responses/checked": ("chk_",),
    "responses/typed": ("stg_", "int_"),
    "responses/imputed": ("int_",),
    "responses/counted": ("int_",),
    "estimates/weighted": ("int_",),
    "estimates/compared": ("int_",),
    "estimates": ("int_",),
    "checks": ("chk_",),
    "marts/dimensions": ("dim_",),
    "marts/microdata": ("fct_",),
    "responses/panel": ("int_",),
    "changes": ("int_",),
    "claims": ("int_",),
    "marts/facts": ("fct_",),
    "headlines": ("int_",),
    "marts/report": ("rpt_",),
    "quality": ("qlt_",),
    "marts/quality": ("rpt_",),
    "marts/public": ("pub_",),
    "checks/published": ("chk_",),
    "semantic": (),
}

YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@pytest.fixture(scope="module")
def manifest(built_project):
    """dbt's manifest of the built project."""
    return json.loads((built_project / "target" / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nodes(manifest):
    """Models and seeds by name."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


@pytest.fixture(scope="module")
def models(nodes):
    """Models by name."""
    return {name: node for name, node in nodes.items() if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def marts(models):
    """Marts by name."""
    return {name: node for name, node in models.items() if node["schema"] == "marts"}


def allowed(rule: str) -> set[str]:
    """Resources that a rule lets pass."""
    return {
        row["resource"]
        for row in read_rows(PROJECT / "tests" / "convention_exceptions.csv")
        if row["rule"] == rule
    }


def test_exceptions_are_reasoned_and_exist(nodes):
    """Every exception is of something that exists, with a reason and a date."""
    for row in read_rows(PROJECT / "tests" / "convention_exceptions.csv"):
        assert row["resource"] in nodes
        assert row["reason"] and re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["date"])


def test_everything_is_described(manifest, nodes):
    """Every model, seed and exposure has a description, and so has every column named."""
    bare = [name for name, node in nodes.items() if not node["description"]]
    bare += [exposure["name"] for exposure in manifest["exposures"].values()
             if not exposure["description"]]
    bare += [
        f"{name}.{column['name']}"
        for name, node in nodes.items()
        for column in node["columns"].values()
        if not column["description"]
    ]
    assert not bare


def test_every_column_built_is_described(built_project, nodes):
    """Every column in the warehouse is in the YAML of its model, and the reverse; those of
    a mart whose columns are data are in its seed, and have a description in the warehouse.

    The questions of raw_responses differ between editions: the seed questions has them. The seed
    raw_columns has the columns of the raw seeds.
    """
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() "
            "where schema_name in ('definitions', 'raw', 'checks', 'responses', 'estimates', "
            "'quality', 'semantic', 'marts', 'public', 'reference') "
            "and table_name not in ('built_since_release', 'released_from', 'raw_responses')"
        ).fetchall()
    built = {}
    raw_seeds = {
        name for name, node in nodes.items() if node["original_file_path"].startswith("seeds/raw/")
    }
    assert raw_seeds
    names = {f"{node['schema']}.{node['alias']}": name for name, node in nodes.items()}
    rows = [(names[table], column, comment) for table, column, comment in rows]
    for table, column, _ in rows:
        if table in raw_seeds:
            continue
        built.setdefault(table, set()).add(column)
    described = {
        name: set(node["columns"])
        for name, node in nodes.items()
        if name != "raw_responses" and name not in raw_seeds
    }
    table_of = {row["mart_name"]: row["table_id"] for row in reference("report_tables")}
    for name in allowed("mart_has_contract"):
        indicators = {
            row["indicator_id"]
            for row in reference("indicators")
            if table_of[name] in codes(row["source"])
        }
        assert indicators and not indicators & described[name]
        described[name] |= indicators
        assert all(comment for table, _, comment in rows if table == name), name
    assert built == described


def test_marts_have_contracts(manifest, marts):
    """Every mart is public, has an enforced contract with a primary key, and a type for each
    column. One whose rows are stored in order has the test of that instead of the key.
    """
    assert marts
    tests = {
        (node["attached_node"].split(".")[-1], node["test_metadata"]["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node.get("attached_node")
    }
    for name, node in marts.items():
        assert node["access"] == "public", name
        assert all(column["data_type"] for column in node["columns"].values()), name
        if name not in allowed("mart_has_contract"):
            assert node["config"]["contract"]["enforced"], name
            is_in_order = node["config"]["meta"].get("stored_in_order", False)
            has_key = any(c["type"] == "primary_key" for c in node["constraints"])
            assert is_in_order != has_key, name
            assert not is_in_order or (name, "stored_in_order") in tests, name


def test_marts_without_a_contract_are_held_to_their_seed(manifest, models):
    """A mart whose columns are data has the test that holds its columns, types, descriptions
    and labels to the seed, and a grain.
    """
    for name in allowed("mart_has_contract"):
        tests = {
            node["test_metadata"]["name"]
            for node in manifest["nodes"].values()
            if node["resource_type"] == "test"
            and node.get("attached_node") == models[name]["unique_id"]
        }
        assert tests == {"columns_of_its_seed"} and grain_of(models[name]), name


def test_marts_of_editions_keep_what_was_released(marts):
    """Every mart with a column `edition`, and no other, has the post-hook that keeps its rows."""
    for name, node in marts.items():
        hooks = [hook["sql"] for hook in node["config"]["post-hook"]]
        expected = 1 if "edition" in node["columns"] else 0
        assert hooks.count("{{ keep_released_rows() }}") == expected, name


def folder_of(node: dict) -> str:
    """The folder of a model below models/ or python_models/."""
    return Path(node["original_file_path"]).parent.as_posix().split("/", 1)[1]


def test_names_follow_the_folder(models):
    """A model is in a folder of the list, its name begins as that folder's names do, and no
    name holds a year.
    """
    for name, node in models.items():
        folder = folder_of(node)
        assert folder in FOLDERS, name
        if name not in allowed("model_has_prefix_of_its_folder"):
            assert name.startswith(FOLDERS[folder]), name
        assert not YEAR.search(name)
        assert not any(YEAR.search(column) for column in node["columns"])
    assert {folder_of(node) for node in models.values()} == set(FOLDERS)


def test_folders_depend_on_earlier_ones(models):
    """A model reads models of its own folder and of those before it, never of a later one."""
    place, by_id = list(FOLDERS).index, {node["unique_id"]: node for node in models.values()}
    for name, node in models.items():
        for parent in node["depends_on"]["nodes"]:
            if parent in by_id:
                above = folder_of(by_id[parent])
                assert place(above) <= place(folder_of(node)), f"{name} reads {parent}"


def test_respondents_end_at_the_waist(models):
    """Whatever is not in responses/ reads of it counts alone, of responses/counted and of
    responses/panel; the marts of microdata, which are responses, read more.
    """
    respondents = {
        node["unique_id"]
        for name, node in models.items()
        if folder_of(node).startswith("responses/") and folder_of(node) != "responses/counted"
        and not (folder_of(node) == "responses/panel" and name.endswith("_counts"))
    }
    microdata = {
        node["unique_id"] for node in models.values() if folder_of(node) == "marts/microdata"
    }
    assert respondents and microdata
    readers = {
        name: respondents & set(node["depends_on"]["nodes"])
        for name, node in models.items()
        if not folder_of(node).startswith("responses/") and folder_of(node) != "marts/microdata"
    }
    assert {name: read for name, read in readers.items() if read} == {}


def test_typed_answers_wait_for_the_checks(nodes, models):
    """What is typed of the raw files waits for the input checks; no one else reads raw files
    but the checks.
    """
    for name, node in models.items():
        parents = {
            folder_of(models[parent.split(".")[-1]])
            for parent in node["depends_on"]["nodes"]
            if parent.split(".")[-1] in models
        }
        if "responses/raw" in parents:
            assert folder_of(node) in ("responses/raw", "responses/checked", "responses/typed"), name
            if folder_of(node) == "responses/typed":
                assert "responses/checked" in parents, name
        assert node["depends_on"]["nodes"] or name in allowed("model_has_parents"), name


def grain_of(node: dict) -> list[str]:
    """The columns that a table is held to when it is made: its grain, or its primary key."""
    keys = [each["columns"] for each in node.get("constraints", ()) if each["type"] == "primary_key"]
    return node["config"]["meta"].get("grain") or next(iter(keys), [])


def test_every_model_is_tested(manifest, nodes):
    """Every model and reference seed has a grain of columns that it has, or is the parent of at least
    one data test.
    """
    for name, node in nodes.items():
        assert set(grain_of(node)) <= set(node["columns"]), name
    tested = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for parent in node["depends_on"]["nodes"]
    }
    untested = {
        name
        for name, node in nodes.items()
        if node["unique_id"] not in tested and not grain_of(node)
        # The input checks are the tests of raw files.
        and not node["original_file_path"].startswith("seeds/raw/")
    }
    assert untested == allowed("model_is_tested")


def test_exposures_are_the_release(manifest, nodes, marts):
    """The database and Parquet are every mart; each export is known and reads marts, and beside
    them what is no microdata: seeds, and one model. What is for everybody reads no mart that has a
    public form, and of no mart without one a number that is not rounded.
    """
    declared = {}
    for exposure in manifest["exposures"].values():
        formats = exposure["config"]["meta"]["formats"]
        assert formats and exposure["depends_on"]["nodes"], exposure["name"]
        for name in formats:
            assert name not in declared, name
            declared[name] = set(exposure["depends_on"]["nodes"])
    assert set(declared) == {"duckdb", "parquet", *EXPORTS}
    names = {node["unique_id"]: name for name, node in marts.items()}
    assert declared["duckdb"] == declared["parquet"] == set(names)
    public = {
        node["unique_id"]: node["alias"] for node in nodes.values() if node["schema"] == "public"
    }
    read = set.union(*(declared[name] for name in EXPORTS))
    assert not {names.get(unique_id) for unique_id in read} & set(public.values())
    for name, node in marts.items():
        if node["unique_id"] in read and not name.startswith(("rpt_table_", "fct_fieldwork")):
            assert "double" not in {
                column["data_type"] for column in node["columns"].values()
            }, name
    others = set.union(*declared.values()) - set(names) - set(public)
    assert {node["unique_id"] for node in nodes.values() if node["resource_type"] == "seed"} > (
        others - {nodes["int_exhibits_captioned"]["unique_id"]}
    )
    assert {
        export: {*tables["marts"], *tables["public"], *tables["others"]}
        for export, tables in declared_tables(manifest).items()
    } == {
        export: {
            manifest["nodes"][unique_id].get("alias") or manifest["nodes"][unique_id]["name"]
            for unique_id in ids
        }
        for export, ids in declared.items()
    }


def sensitivity(column: dict) -> str | None:
    """What a column's meta says it identifies."""
    return column["meta"].get("sensitivity") or column["config"].get("meta", {}).get("sensitivity")


def test_identifiers_end_at_staging(nodes):
    """Direct identifiers are in raw models alone; quasi-identifiers in no mart but those listed.
    Names and addresses of people are not read at all.
    """
    direct = set()
    passed = allowed("quasi_identifiers_end_before_marts")
    for name, node in nodes.items():
        for column in node["columns"].values():
            kind = sensitivity(column)
            if kind == "direct_identifier":
                direct.add(column["name"])
                assert node["schema"] == "raw", f"{name}.{column['name']}"
            if kind == "quasi_identifier":
                assert node["schema"] != "marts" or name in passed, f"{name}.{column['name']}"
            if column["name"].endswith("_key") and node["schema"] != "reference":
                assert kind == "pseudonym", f"{name}.{column['name']}"
    listed = {
        row["column_name"]: row["is_read"] == "true"
        for row in reference("raw_columns")
        if row["sensitivity"] == "direct_identifier"
    }
    assert {name for name, is_read in listed.items() if is_read} <= direct
    assert not {name for name, is_read in listed.items() if not is_read} & direct
    assert {"contact_name", "contact_email"} <= listed.keys()
    for name, node in nodes.items():
        assert node["schema"] == "raw" or not direct & set(node["columns"]), name


def test_no_identifier_is_in_the_release(built_project):
    """No contact, enterprise number or response id of the raw files is in a released value."""
    identifiers = set()
    for path in (built_project / "seeds" / "raw").glob("*.csv"):
        for row in read_rows(path):
            identifiers |= {
                row[column]
                for column in ("enterprise_number", "contact_name", "contact_email", "response_id")
                if row.get(column)
            }
    assert identifiers
    with duckdb.connect(
        str(built_project / "release" / "internal" / "ai_barometer.duckdb"), read_only=True
    ) as release:
        for table, column in release.sql(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall():
            values = release.sql(f"select distinct {column}::varchar from marts.{table}")
            assert not identifiers & {value for (value,) in values.fetchall()}, (table, column)
    text = (built_project / "release" / "internal" / "manifest.json").read_text(encoding="utf-8")
    text += (built_project / "release" / "internal" / "validation_report.html").read_text(encoding="utf-8")
    assert not any(identifier in text for identifier in identifiers)


# Files that hold data of the synthetic editions, and are named by them.
DATA_OF_EDITIONS = {
    "seeds/raw": "the synthetic raw files and their descriptions",
    "tests/reference": "what other software computed from the synthetic editions",
}


def survey_codes() -> set[str]:
    """Every code of a sector, size class, question, raw column and indicator."""
    found = {row["sector_code"] for row in reference("sectors")}
    found |= {row["size_class_code"] for row in reference("size_classes")}
    found |= {row["indicator_id"] for row in reference("indicators")}
    found |= {row["question_id"] for row in reference("derived_questions")}
    for row in reference("questions"):
        found |= {row["question_id"], row["column_name"]}
    return found


def survey_pattern() -> re.Pattern:
    """What names a code of the survey or the year of an edition.

    A code that could be a word of a sentence counts where it is by itself: in quotes, in
    a list or as a whole cell.
    """
    words = {code for code in survey_codes() if code.isalpha()}
    others = survey_codes() - words
    years = {row["edition"] for row in reference("editions")}
    assert words and others and years

    def one_of(names: set[str]) -> str:
        return "(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + ")"

    return re.compile(
        rf"(?<![\w.-]){one_of(others)}(?![\w-])"
        rf"|(?:^(?:[ -]*\w+: |[ -]*- )?|(?<=['\"|,\[])){one_of(words)}(?=['\"|,\]]|$)"
        rf"|(?<!\d){one_of(years)}(?!\d)",
        re.MULTILINE,
    )


def scanned_files() -> list[Path]:
    """SQL, Python, YAML and JSON, tests and their fixtures included."""
    listed = [
        path
        for folder, patterns in [
            ("models", ["*.sql", "*.yml"]),
            ("macros", ["*.sql"]),
            ("python_models", ["*.py", "*.yml"]),
            ("barometer", ["*.py", "*.json", "*.html"]),
            ("bench", ["*.py"]),
            ("seeds", ["*.yml"]),
            ("tests", ["*.py", "*.sql", "*.yml", "*.csv"]),
        ]
        for pattern in patterns
        for path in (PROJECT / folder).rglob(pattern)
    ]
    exempt = tuple(DATA_OF_EDITIONS)
    return [PROJECT / "dbt_project.yml", PROJECT / "profiles.yml"] + [
        path for path in listed if not path.relative_to(PROJECT).as_posix().startswith(exempt)
    ]


def test_nothing_names_a_code_of_the_survey():
    """No sector, size class, question, raw column, indicator or edition is in SQL, Python,
    YAML or a test: a new edition is rows in seeds.
    """
    pattern, found = survey_pattern(), []
    paths = scanned_files()
    assert len(paths) > 250
    for path in paths:
        name = path.relative_to(PROJECT).as_posix()
        for line in without_remarks(path).splitlines():
            hit = pattern.search(line)
            if hit:
                found.append(f"{name}: {hit[0]} in {line.strip()[:80]}")
    assert found == []


def test_what_names_a_code_is_found():
    """The search finds each way in which a code can be written, and lets words of prose pass."""
    pattern = survey_pattern()
    words = [code for code in survey_codes() if code.isalpha()]
    for code in survey_codes():
        for text in (f"where category = '{code}'", f'"{code}"', f"[{code}, other]",
                     f"1,{code},2", f"      - {code}", f"name: {code}", f"{code}|other", code):
            assert pattern.search(text), text
    for code in survey_codes() - set(words):
        assert pattern.search(f"max(x) as {code}")
    for row in reference("editions"):
        assert pattern.search(f"select {row['edition']}") and pattern.search(f"x_{row['edition']}")
    for word in words:
        assert not pattern.search(f"a number of {word} things")


# Words that readers of plain English trip over, but for what is Dutch: "tot stand komen".
AVOIDED = re.compile(
    r"(?<![a-z])(?:told|tells?|stands|stood|whom|stand(?! komen))(?![a-z])", re.IGNORECASE
)


def written_files() -> list[Path]:
    """Every text that people of the project write: code, seeds, pages, settings."""
    folders = ("barometer", "bench", "docs", "examples", "macros", "models", "python_models",
               "seeds/reference", "tests")
    endings = (".css", ".csv", ".html", ".js", ".md", ".py", ".R", ".sh", ".sql", ".toml", ".yaml", ".yml")
    listed = [path for path in PROJECT.iterdir() if path.is_file()]
    listed += [path for folder in folders for path in (PROJECT / folder).rglob("*")]
    return [
        path for path in listed
        if (path.suffix in endings or path.name in ("Makefile", ".sqlfluff"))
        and not any(part in (".venv", "__pycache__") for part in path.parts)
        and path != Path(__file__)
    ]


def test_words_are_plain():
    """No message, page, comment or seed has a word that is avoided; the standard term is there."""
    paths = written_files()
    assert len(paths) > 500
    assert [
        f"{path.relative_to(PROJECT)}: {hit[0]}"
        for path in paths
        for hit in AVOIDED.finditer(path.read_text(encoding="utf-8"))
    ] == []


def test_a_word_that_is_avoided_is_found():
    """By itself, however it is written, in a name too, and not within another word."""
    assert AVOIDED.findall("Whom it Stands for, as_told") == ["Whom", "Stands", "told"]
    assert not AVOIDED.search("who understands a standard standstill foretold")


def test_lists_are_split_once(models):
    """A list of a seed is split in definitions/; everybody else joins what came out of it."""
    files = {
        path.stem: path
        for folder in ("models", "macros")
        for path in (PROJECT / folder).rglob("*.sql")
    }
    splitting = {name for name, path in files.items() if "string_split(" in without_remarks(path)}
    assert len(splitting) > 3
    exempt = allowed("list_is_split_in_definitions")
    assert exempt <= splitting
    for name in splitting - exempt:
        assert name in models and folder_of(models[name]) == "definitions", name


def test_no_engine_hash():
    """Nothing calls a hash function that a release of the engine or of Python may change."""
    for folder, pattern in [
        ("models", "*.sql"), ("macros", "*.sql"), ("python_models", "*.py"), ("barometer", "*.py"),
    ]:
        for path in (PROJECT / folder).rglob(pattern):
            assert not re.search(r"(?<![\w.])hash\(", without_remarks(path)), path


def test_no_count_over_everything():
    """No aggregate over `over ()`: DuckDB 1.5 fails on it now and then (duckdb/duckdb#25713)."""
    for folder in ("models", "macros", "tests/dbt"):
        for path in (PROJECT / folder).rglob("*.sql"):
            found = re.findall(r"(\w+)\([^()]*\) over \(\)", without_remarks(path))
            assert set(found) <= {"row_number", "lag"}, path


def module_parts(path: Path) -> tuple[str, ...]:
    """The name of a source file's module, in parts."""
    return path.relative_to(PROJECT).with_suffix("").parts


def imported_modules(tree: ast.Module, modules: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The modules of a package that a source imports, wherever in it the statement is."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import of {node.module}"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    parts = {tuple(name.split(".")) for name in names}
    return parts & modules


def import_graph(sources: dict[tuple[str, ...], str]) -> dict[str, set[str]]:
    """What imports what, among the packages and modules that are side by side in one package.

    An import counts between the two members, of the smallest package that holds both modules,
    that these are or are in.
    """
    graph = {}
    for module, source in sources.items():
        for imported in imported_modules(ast.parse(source), set(sources)):
            shared = 0
            while module[shared] == imported[shared]:
                shared += 1
            importer, other = (".".join(name[: shared + 1]) for name in (module, imported))
            graph.setdefault(importer, set()).add(other)
    return graph


def circle_of(graph: dict[str, set[str]]) -> list[str]:
    """A way through a graph that comes back to where it began; empty where there is none."""
    finished = set()

    def search(way: list[str]) -> list[str]:
        for following in sorted(graph.get(way[-1], ())):
            if following in way:
                return [*way[way.index(following):], following]
            if following not in finished:
                found = search([*way, following])
                if found:
                    return found
        finished.add(way[-1])
        return []

    return next(filter(None, (search([name]) for name in sorted(graph))), [])


def test_packages_import_in_one_direction():
    """No circle of imports among the packages of `barometer/`, nor among the modules in one."""
    sources = {
        module_parts(path): path.read_text(encoding="utf-8")
        for path in (PROJECT / "barometer").rglob("*.py")
        if path.name != "__init__.py"
    }
    graph = import_graph(sources)
    assert {"barometer.release", "barometer.outputs.site", "barometer.method.hot_deck"} <= set(graph)
    circle = circle_of(graph)
    assert not circle, "found a circle of imports: " + " > ".join(circle)


def test_a_circle_of_imports_is_found():
    """Between packages, where no two modules import each other, and between modules of one."""
    sources = {
        ("a", "b", "one"): "from a.c.two import x",
        ("a", "c", "two"): "x = 1",
        ("a", "c", "three"): "def f():\n    from a.b import four",
        ("a", "b", "four"): "import a.b.one",
    }
    assert circle_of(import_graph(sources)) == ["a.b", "a.c", "a.b"]
    sources[("a", "c", "three")] = "y = 1"
    assert circle_of(import_graph(sources)) == []
    sources[("a", "b", "one")] = "import a.b.four"
    assert circle_of(import_graph(sources)) == ["a.b.four", "a.b.one", "a.b.four"]


def test_packages_say_what_they_are_for():
    """Each package of `barometer/` is its docstring, the first line of which is one sentence; more
    may follow after an empty line.
    """
    packages = {
        PROJECT / folder
        for path in (PROJECT / "barometer").rglob("*.py")
        for folder in path.relative_to(PROJECT).parents[:-1]
    }
    assert len(packages) > 5
    for package in packages:
        assert (package / "__init__.py").exists(), package
        tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
        assert len(tree.body) == 1, f"{package}: more than a docstring"
        sentence, *rest = (ast.get_docstring(tree) or "").split("\n")
        assert re.fullmatch(r"[A-Z](?!.*[.?!] ).*\.", sentence), f"{package}: {sentence!r}"
        assert not rest or not rest[0], f"{package}: a first line that goes on"


def test_modules_have_names_of_their_own():
    """No two Python files of the project have the same name, but those that Python names."""
    found = {"dbt_barometer.py": ["dbt_barometer.py"]}
    for folder in ("barometer", "bench", "examples", "python_models", "tests"):
        for path in (PROJECT / folder).rglob("*.py"):
            name = path.relative_to(PROJECT)
            is_hidden = any(part.startswith(".") for part in name.parts)
            if not is_hidden and path.name not in ("__init__.py", "__main__.py"):
                found.setdefault(path.name, []).append(name.as_posix())
    assert len(found) > 100
    assert not [paths for paths in found.values() if len(paths) > 1]


def without_remarks(path: Path) -> str:
    """A source file without its comments and docstrings, which may cite a year."""
    code = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return ast.unparse(DocstringRemover().visit(ast.parse(code)))
    if path.suffix == ".sql":
        return re.sub(r"/\*(.|\n)*?\*/|\{#(.|\n)*?#\}|--.*", "", code)
    if path.suffix == ".yml":
        return re.sub(r"^ *#.*", "", code, flags=re.MULTILINE)
    return code


class DocstringRemover(ast.NodeTransformer):
    """Takes every text that is a statement out of a syntax tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """A statement that is a text becomes `pass`."""
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if is_text else node
