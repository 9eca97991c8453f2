"""Fixtures that several test modules share; what the suite shows while it runs."""

import fcntl
import gc
import os
import pickle
from contextlib import suppress

import pytest

from barometer.system.progress import Progress
from helpers import copy_built, copy_project, run_dbt
from survey_of_people import Survey

# Fixtures of a whole build: a test that needs one is slow.
BUILT = {"built_project", "project_copy", "survey"}


# The files that take longest, as `make test` says at its end. The first one builds the project that
# most others need; the next two need none, and are for the other worker meanwhile.
FIRST = (
    "test_bad_input", "test_generator", "test_hot_deck", "test_site", "test_security", "test_build",
    "test_sqlfluff", "test_editions", "test_survey_exports", "test_bench", "test_disclosure",
    "test_unit_tests",
)


def pytest_configure(config):
    """One line instead of dots; in CI the slowest tests at the end."""
    config.addinivalue_line("markers", "slow: needs a whole build, or takes as long as one")
    if os.environ.get("CI") and not config.option.durations:
        config.option.durations, config.option.durations_min = 25, 1
    is_worker = hasattr(config, "workerinput")
    if not is_worker and config.option.verbose < 0 and not config.option.collectonly:
        config.pluginmanager.register(ShownProgress(config), "shown_progress")


class ShownProgress:
    """A line that says which tests run, and each failure as it comes."""

    def __init__(self, config):
        # A copy of the standard output: pytest takes the other while a test runs.
        self.output = os.fdopen(os.dup(1), "w")
        self.progress = Progress(
            "test", config.rootpath / ".pytest_cache" / "progress.json", self.output
        )
        self.progress.idle_phase = "collecting"

    def pytest_sessionstart(self):
        self.progress.__enter__()

    def pytest_collection_finish(self, session):
        self.progress.total = len(session.items)

    def pytest_xdist_node_collection_finished(self, ids):
        self.progress.total = len(ids)

    def pytest_runtest_logstart(self, nodeid):
        self.progress.begin(nodeid, nodeid.split("::")[0].removeprefix("tests/"))

    def pytest_runtest_logfinish(self, nodeid):
        self.progress.end(nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report):
        """No letter for any outcome: counted, and a failure is a line."""
        if report.failed:
            self.progress.say(f"failed: {report.nodeid}")
            return ("failed", "", "FAILED") if report.when == "call" else ("error", "", "ERROR")
        if report.skipped:
            return "skipped", "", "SKIPPED"
        return ("passed", "", "PASSED") if report.when == "call" else ("", "", "")

    def pytest_sessionfinish(self, exitstatus):
        self.progress.__exit__()
        if exitstatus == 0:
            with suppress(OSError):
                self.progress.keep()

    def pytest_terminal_summary(self, terminalreporter):
        """Where the time went, by file; in equal parts where two ran at once."""
        slowest = sorted(self.progress.phases.items(), key=lambda phase: -phase[1])[:8]
        terminalreporter.write_line(
            ", ".join(f"{name} {seconds:.0f} s" for name, seconds in slowest if seconds >= 1)
        )


def pytest_collection_finish():
    """What was imported is there to stay: Python need not look for garbage among it, nor a hundred
    times a second among what a test makes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what is slow, and order the files for two workers: neither waits for the other at the
    start or at the end."""
    for item in items:
        if BUILT & set(item.fixturenames):
            item.add_marker("slow")
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: (order.get(item.path.stem, len(order)), item.path.stem))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """A folder that all workers share."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


def made_once(folder, name, make):
    """What `make` returns, made by the first worker that asks; the others wait for it."""
    made = folder / f"{name}.pickle"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_bytes(pickle.dumps(make()))
    return pickle.loads(made.read_bytes())


@pytest.fixture(scope="session")
def built_project(shared_folder):
    """A copy of the project after `dbt build`, one for all workers; not to be changed."""

    def build():
        folder = copy_project(shared_folder / "built" / "project")
        run = run_dbt(folder, "build")
        if run.returncode:
            pytest.fail(f"dbt build fails:\n{run.stdout[-6000:]}", pytrace=False)
        return folder

    return made_once(shared_folder, "built", build)


@pytest.fixture(scope="session")
def survey(built_project, shared_folder):
    """The project built again with one edition more, of real people; not to be changed."""
    return made_once(
        shared_folder, "survey",
        lambda: Survey(copy_built(built_project, shared_folder / "survey" / "project")),
    )


@pytest.fixture
def project_copy(built_project, tmp_path):
    """A built project to change at will."""
    return copy_built(built_project, tmp_path / "project")
