"""Every command of README, CONTRIBUTING and docs/ is one that can be run.

What only a whole build can try is tried as far as its arguments go: those of dbt and `barometer` by
their own parsers, targets of make by make, names by what they name. The rest is run.
"""

import ast
import re
import shlex
import subprocess

import pytest
from dbt.cli.main import cli

from barometer.command import command_line
from helpers import PROJECT, run_dbt

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
PROGRAMS = ("barometer", "dbt", "make", "pip", "pytest", "python")
# Lines of shell that other tests run or that only prepare one.
SHELL = ("source", "export", "for", "tail", "done", "mf")


def commands():
    """The commands of all pages: lines of blocks of shell, and what begins with a program in a sentence."""
    found = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            lines = block.replace("\\\n", " ").splitlines()
            found |= {tuple(shlex.split(line, comments=True)) for line in lines}
        prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        programs = "|".join(PROGRAMS)
        found |= {
            tuple(shlex.split(code)) for code in re.findall(rf"`((?:\.venv/bin/)?(?:{programs})\s[^`]+)`", prose)
        }
    return sorted((line[0].removeprefix(".venv/bin/"), *line[1:]) for line in found if line)


COMMANDS = commands()


def of(*programs):
    """The commands of some programs, to be tried one by one."""
    return [pytest.param(line[1:], id=" ".join(line)) for line in COMMANDS if line[0] in programs]


def test_there_are_commands():
    """Those of each program are found, and there is no other program."""
    assert {line[0] for line in COMMANDS} == {*PROGRAMS, *SHELL}
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("arguments", of("dbt"))
def test_dbt_knows_the_arguments(arguments, monkeypatch):
    """dbt's own parser takes them; a limit is an argument, for dbt adds one to the query."""
    monkeypatch.chdir(PROJECT)
    name, *rest = arguments
    command = cli.commands[name]
    with command.make_context(name, [*rest], resilient_parsing=False) as context:
        named = context.params.get("select") or ()
        query = context.params.get("inline") or ""
    files = {path.stem for folder in ("models", "python_models") for path in (PROJECT / folder).rglob("*.*")}
    assert [one for one in named if ":" not in one and one.strip("+") not in files] == []
    assert " limit " not in query


def test_the_query_that_is_shown_is_run(project_copy):
    """dbt writes SQL of its own around a query, and nothing but dbt knows whether that can be run."""
    (line,) = [line for line in COMMANDS if line[:2] == ("dbt", "show")]
    run = run_dbt(project_copy, *line[1:])
    assert run.returncode == 0 and "| edition |" in run.stdout, run.stdout[-2000:]


@pytest.mark.parametrize("arguments", of("barometer"))
def test_barometer_knows_the_arguments(arguments, monkeypatch):
    """The command's own parser takes them; what is left to say is asked for."""
    monkeypatch.chdir(PROJECT)
    known = {"$EDITION": "2031", "$RAW": "raw"}
    filled = [known.get(argument, argument) for argument in arguments]
    if filled == ["scaffold"]:
        filled += ["2031", "--raw-path", "raw"]
    assert command_line().parse_args(filled).run


@pytest.mark.parametrize("arguments", of("make"))
def test_make_knows_the_target(arguments):
    """make says what it would do."""
    run = subprocess.run(["make", "--dry-run", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("arguments", of("pytest", "python", "pip"))
def test_the_files_are_there(arguments):
    """Every file that is named, and of a script every option, which it has to name as well."""
    files = [argument for argument in arguments if "/" in argument]
    assert [file for file in files if not (PROJECT / file).is_file()] == []
    for file in files:
        if file.startswith("bench/"):
            texts = {
                node.value for node in ast.walk(ast.parse((PROJECT / file).read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant)
            }
            assert {argument for argument in arguments if argument.startswith("--")} <= texts
