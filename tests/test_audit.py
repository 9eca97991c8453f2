"""The audit of the dependencies says what it found, and never that it looked where it could not."""

import importlib.util
import json
import re

from helpers import PROJECT

specification = importlib.util.spec_from_file_location("audit", PROJECT / "bench" / "audit.py")
audit = importlib.util.module_from_spec(specification)
specification.loader.exec_module(audit)

NAMES = ["one", "two"]


def test_all_packages_are_asked_for():
    """Every pin of requirements/test.txt, by name."""
    text = (PROJECT / "requirements" / "test.txt").read_text(encoding="utf-8")
    names = audit.locked_names(text)
    assert {"dbt-core", "duckdb"} < set(names)
    assert len(names) == len(set(names)) == len(re.findall(r"^\S+==", text, re.MULTILINE))


def test_nothing_found():
    """Every package answered for, by one service or the other."""
    assert audit.verdict(NAMES, [{"one": []}, {"two": []}]) == (0, ["2 of 2 packages audited"])


def test_a_vulnerability():
    """It is named, once, and outweighs what could not be audited."""
    code, lines = audit.verdict(NAMES, [{"one": ["CVE-1", "CVE-2"]}, {"one": ["CVE-1"]}])
    assert code == 1
    assert lines[:2] == [
        f"one: found {name}; expected no known vulnerability" for name in ("CVE-1", "CVE-2")
    ]


def test_no_answer_is_no_audit():
    """Without the network, or where a registry does not know the package."""
    skipped = {"name": "one", "skip_reason": "not found on PyPI"}
    answers = [audit.answered(""), audit.answered(json.dumps({"dependencies": [skipped]}))]
    code, lines = audit.verdict(NAMES, answers)
    assert code == 2
    assert lines[0] == "0 of 2 packages audited"
    assert "nothing is known of them: all" in lines[1]
    code, lines = audit.verdict(NAMES, [{"two": []}, {}])
    assert code == 2
    assert lines[0] == "1 of 2 packages audited" and "of them: one;" in lines[1]
