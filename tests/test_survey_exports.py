"""Raw files as survey tools export them: the same answers are the same rows, and the checks speak of the
file as it is.
"""

import pytest

from helpers import copy_project
from input_checks import InputChecks
from made_edition import MadeEdition
from survey_exports import DIALECTS, Exports


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An edition of a copy of the project, its raw files written; nothing is built."""
    made = MadeEdition(copy_project(tmp_path_factory.mktemp("exports") / "project"))
    made.raw = made.write_raw(made.folder / "raw")
    return made


@pytest.fixture
def exports(made):
    """The responses of that edition, to be written as tools do."""
    return Exports(made.folder, made.year, made.responses)


def checked(exports, monkeypatch=None):
    """The input checks, and what they found that stops a build."""
    checks = InputChecks(str(exports.year), project=exports.folder)
    checks.check(exports.folder / "raw")
    return checks


def rows_of(checks):
    """Rows of the responses, without their place in a file."""
    return [
        {name: value.replace("T", " ") if name == "submitted_at" else value
         for name, value in row.items() if name not in ("file_name", "line_number")}
        for row in checks.rows("responses")
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_export_has_the_rows_of_the_plain_form(made, exports, dialect, monkeypatch):
    """Every value of every row, in the order of the file; and no check finds anything else."""
    monkeypatch.setenv("BAROMETER_PSEUDONYM_KEY", "correct horse battery staple")
    exports.write_plain(made.raw)
    plain = checked(exports)
    exports.write(dialect, made.raw)
    found = checked(exports)
    print(found.sentences())
    assert [r for r in found.sentences()] == []
    assert rows_of(found) == rows_of(plain)
    assert len(rows_of(found)) > 200
