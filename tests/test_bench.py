"""The scripts of bench/ still work: each runs in small."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from helpers import PROJECT, clean_environment, copy_built, reference
from input_checks import InputChecks


def script(name: str):
    """A script of bench/ as a module."""
    specification = importlib.util.spec_from_file_location(name, PROJECT / "bench" / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_every_script_is_run():
    """A script that is added here is run by a test: this file, or the one that is named."""
    elsewhere = {"audit": "test_audit", "bad_input_table": "test_bad_input"}
    text = (PROJECT / "tests" / "test_bench.py").read_text(encoding="utf-8")
    for path in (PROJECT / "bench").glob("*.py"):
        assert path.stem in elsewhere or re.search(rf'"{path.stem}(.py)?"', text), path


def test_coverage_simulates():
    """Two samples of the simulation: it prints a rate for each kind of interval, of every domain."""
    run = subprocess.run(
        [sys.executable, PROJECT / "bench" / "coverage.py", "--samples", "2"],
        env=clean_environment(), cwd=PROJECT, capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, run.stderr
    for name in ("complete", "sampling", "average", "total", "exact"):
        assert f" {name} " in run.stdout
    assert re.search(r"^ *sector +2( +\d+\.\d){10}$", run.stdout, re.MULTILINE), run.stdout


def test_coverage_simulates_an_edition(built_project):
    """A population of copies of the respondents: samples have its strata, and most intervals hold it."""
    coverage = script("coverage")
    survey = coverage.Survey(built_project / "warehouse.duckdb")
    world = coverage.of_survey(survey, np.random.default_rng(1))
    assert world.population.sum() == pytest.approx(survey.weights.sum(), abs=0.5)
    assert world.sample.sum() == len(survey.weights)
    intervals = coverage.Intervals(world, 0)
    intervals.add(coverage.as_table(list(coverage.data_sets(world, 1, 0))))
    rates = dict(intervals.connection.sql(
        "select method, 100 * avg(is_held::int) from held group by method"
    ).fetchall())
    assert set(rates) == {"complete", "exact"}
    assert all(80 < rate < 100 for rate in rates.values()), rates
    assert {code for _, code in intervals.connection.sql(
        "select distinct domain, category from held where domain = 'size'"
    ).fetchall()} == set(survey.categories["size"])


def test_families_simulate(built_project):
    """Four pairs without a change: corrections take away most of what is significant by chance."""
    families = script("families")
    warehouse = built_project / "warehouse.duckdb"
    survey = families.Survey(warehouse)
    members = families.families(warehouse, survey.figures)
    world = families.of_survey(survey, np.random.default_rng(1))
    rates = families.simulate(world, members, 4)
    assert {family for _, family in rates} == set(members["test_family"].to_pylist())
    uncorrected, by_category, every, tested = np.array(
        [values for (domain, _), values in rates.items() if domain == "sector"]
    ).mean(axis=0)
    assert 100 >= uncorrected > by_category > every >= tested >= 0
    total = np.array([values for (domain, _), values in rates.items() if domain == "total"])
    assert (total[:, 1] == total[:, 2]).all() and (total[:, 2] == total[:, 3]).all()


def test_bias_simulates(built_project):
    """One sample of blanks: what is missing is filled in by each rule, and it moves figures."""
    bias = script("bias")
    survey = bias.Survey(built_project / "warehouse.duckdb")
    assert survey.derived.any() and not survey.derived.all()
    for assign in bias.RULES.values():
        assert not survey.shift(0, True, assign, 1).any()
        shift = survey.shift(0.05, True, assign, 1)
        assert 0 < abs(shift[survey.derived]).max() < 10
        assert (shift != survey.shift(0.05, False, assign, 1)).any()


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_scale_copies_an_edition(tmp_path, file_format):
    """An edition of twice as many responses passes every input check."""
    scale = script("scale")
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    edition = scale.copy_edition(tmp_path, 2, file_format)
    checks = InputChecks(str(edition - 1), str(edition), project=tmp_path)
    found = {(row["edition"], row["severity"]) for row in checks.check(tmp_path / "raw")}
    assert not {(edition, "error")} & found
    counts = Counter(row["edition"] for row in checks.rows("responses"))
    assert counts[edition] == 2 * counts[edition - 1] > 0


def test_scale_measures_a_build(built_project, tmp_path):
    """Of a copied edition alone: its answers, and the time and memory of all processes."""
    scale = script("scale")
    folder = copy_built(built_project, tmp_path / "project")
    edition = scale.copy_edition(folder, 1)
    build = scale.build_of(
        folder, edition, "--select", "+fct_responses", "+fct_answers", "--exclude-resource-type",
        "test", "--exclude-resource-type", "unit_test",
    )
    assert build["cpu_seconds"] > 1 and build["peak_bytes"] > 1e8
    first, *slowest = scale.findings(folder, edition, build)
    assert re.match(
        r"exit 0: [1-9][\d,]+ usable responses, [1-9][\d,]+ answers, \d+ s, \d+ s of CPU, \d\.\d GB$",
        first,
    ), first
    assert len(slowest) == scale.SHOWN


def test_an_attack_finds_little(built_project):
    """The smallest sector of each edition: most of its cells have few sets of counts, as the report
    prints it."""
    attack = script("attack")
    run = subprocess.run(
        [sys.executable, PROJECT / "bench" / "attack.py", built_project / "release" / "public",
         "--sectors", "1"],
        env=clean_environment(), capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == len(reference("editions"))
    assert all(" cells published, " in line for line in run.stdout.splitlines())
    sets = attack.sets_of_hits(np.array([2.0, 3.0]), np.array([10.0, 90.0]), 35.0)
    assert sorted(map(tuple, sets)) == [(1.0, 1.0)]


def test_an_attack_bounds_what_is_withheld():
    """A sector is open where other counts fit all that is printed, and given away where none does."""
    attack = script("attack")
    respondents, hits = np.array([3.0, 4, 12, 20]), np.array([1, 2, 5, 9])
    members = {("total", "total"): [0, 1, 2, 3], ("sector", "a"): [0, 1], ("sector", "b"): [2, 3],
               ("size", "1"): [0, 2], ("size", "2"): [1, 3]}
    for all_places, is_open in ((members, True), ({**members, ("size", "3"): [0]}, False)):
        places = {key: np.array(found) for key, found in all_places.items()}
        shares = {key: 100 * hits[found].sum() / respondents[found].sum() for key, found in places.items()}
        cell = ("yes", ("sector", "a"))
        shares[cell[1]] = None
        program = attack.Program(
            attack.Design(respondents, respondents, places), {"q": [1, 2]}, [], {"yes": ("q", [1])},
            {"yes": shares},
        )
        for seconds in (None, 2.0):
            assert program.open_strata([cell], seconds) == {(cell, 0): is_open, (cell, 1): is_open}


def test_an_attack_knows_what_questions_say_of_each_other():
    """Nobody uses any technology where nobody uses at least one: a derived question gives its inputs away."""
    attack = script("attack")
    design = attack.Design(
        np.array([9.0]), np.array([9.0]), {("total", "total"): np.array([0]), ("sector", "a"): np.array([0])}
    )
    rule = {"question_id": "any", "inputs": ["q", "r"], "operation": "count", "hit_codes": [1], "max_code": 1}
    codes, hits = {"any": [0, 1], "q": [1, 2], "r": [1, 2]}, {"yes": ("q", [1]), "one": ("any", [1])}
    cell, total = ("yes", ("sector", "a")), ("total", "total")
    for share, is_open in ((0.0, False), (44.4, True)):
        shares = {"yes": {cell[1]: None}, "one": {total: share}}
        assert attack.Program(design, codes, [rule], hits, shares).open_strata([cell], None) == {
            (cell, 0): is_open
        }
    assert attack.Program(design, codes, [], hits, shares).open_strata([cell], None) == {(cell, 0): True}
    assert attack.together(set(codes) | {"s"}, [rule]) == [{"s"}, {"any", "q", "r"}]


def test_publications_are_killed(built_project):
    """A few of the exchanges that `kill_builds.py` kills: the release is whole each time."""
    run = subprocess.run(
        [sys.executable, PROJECT / "bench" / "kill_builds.py", "--swaps", "5",
         "--release", built_project / "release"],
        env=clean_environment(), capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "5 publications: " in run.stdout and "the release whole after each" in run.stdout


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r_prints_what_python_prints(built_project):
    """The example in R and the one in Python, line by line."""
    check = subprocess.run(
        [PROJECT / "examples" / "r" / "check.sh", built_project / "release"],
        env=clean_environment(), capture_output=True, text=True, check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr


def has_r(*packages: str) -> bool:
    """Whether R is installed, with these packages."""
    asked = " && ".join(f'requireNamespace("{name}", quietly = TRUE)' for name in packages)
    command = ["Rscript", "-e", f"quit(status = !({asked}))"]
    return bool(shutil.which("Rscript")) and not subprocess.run(command, check=False).returncode


@pytest.mark.slow
def test_the_bare_job_in_r_has_the_usable_responses():
    """The script that a build is timed beside reads the respondents of the newest edition: here for
    three questions."""
    if not has_r("VIM", "survey"):
        pytest.skip("R, VIM or survey is not installed")
    counts = reference("expected_counts")
    newest = max(row["edition"] for row in counts)
    usable = sum(int(row["usable_count"]) for row in counts if row["edition"] == newest)
    run = subprocess.run(
        ["Rscript", PROJECT / "bench" / "bare_job.R", "3"],
        env=clean_environment(), cwd=PROJECT, capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"{usable} responses, 3 questions, ")


def test_coverage_of_changes_simulates():
    """Ten pairs of samples of each overlap: a rate with and without the covariance, by domain; it narrows the interval."""
    run = subprocess.run(
        [sys.executable, PROJECT / "bench" / "change_coverage.py", "--samples", "10"],
        env=clean_environment(), cwd=PROJECT, capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, run.stderr
    rows = re.findall(r"^ *(total|size|sector) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", run.stdout, re.MULTILINE)
    assert len(rows) == 9, run.stdout
    widths = [float(row[4]) for row in rows]
    assert widths[:3] == [100, 100, 100] and max(widths[6:]) < min(widths[3:6]) < 100, run.stdout
