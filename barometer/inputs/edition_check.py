"""What is wrong with the files of an edition, all at once: what a build would refuse, in seconds.

The rules are those of the build, its own models and tests. dbt runs them in a database of its own,
with the target `check`: there a seed that is refused is loaded as far as it is known, and no test
keeps another one from being run. A build stops at the first of them that fails.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from barometer.inputs.seed_files import csv_fault
from barometer.system.progress import Progress

FOLDER = Path("target", "check")

# What is loaded and built: the seeds, what follows from them alone, and the raw files as far as the
# input checks go. Every data test of these and of nothing else is run.
LOOKED_AT = ("path:seeds", "path:models/definitions", "+chk_input_findings")

ARGUMENTS = (
    "--target", "check", "--target-path", str(FOLDER), "--log-path", str(FOLDER / "logs"),
    "--log-level", "none",
)

# The first line of what a seed or a test says: how bad it is, and the name of who says it.
HEADING = re.compile(r"(error|warning), (\w+):")

# A sentence of this project, whatever dbt and DuckDB put around it.
SENTENCE = re.compile(r"(?:[A-Z][A-Za-z ]+ Error: )?(.*: found .*; expected .*)")


class Findings:
    """What is said of an edition: sentences, by how bad they are and who says them, and whether all
    that there is to look at was looked at."""

    def __init__(self):
        self.said: dict[str, dict[str, list[str]]] = {"error": {}, "warning": {}}
        self.is_whole = True

    def add(self, severity: str, name: str, sentences: Iterable[str]) -> None:
        """Something is said."""
        self.said[severity].setdefault(name, []).extend(sentences)

    def hear(self, message: str) -> None:
        """What a macro prints: a heading and sentences, or sentences alone."""
        heading, *sentences = message.splitlines()
        match = HEADING.fullmatch(heading)
        if match:
            self.add(*match.groups(), sentences)
        else:
            self.add("error", "", [heading, *sentences])

    def sentences(self, severity: str) -> list[str]:
        """Each once; what one seed or test says together, in the order of their names."""
        return list(
            dict.fromkeys(
                sentence for _, said in sorted(self.said[severity].items()) for sentence in said
            )
        )


def check_edition(edition: int, raw_path: str | None, seeds: Path) -> tuple[list[str], bool]:
    """Say all that is wrong with the raw files of an edition, and with the seeds.

    Nothing is written but `target/check`; the database in it, which holds microdata, is deleted.

    Args:
        edition: whose raw files are looked at; the seeds are looked at as a whole.
        raw_path: as the variable of that name of a build; None for the synthetic editions.
        seeds: folder of the reference seeds.

    Returns:
        Sentences, the last one on what to do next, and whether none of them is a fault.
    """
    variables = {"editions": [edition]} | ({"raw_path": raw_path} if raw_path else {})
    findings = Findings()
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        look(findings, seeds, variables)
    finally:
        for path in FOLDER.glob("warehouse.duckdb*"):
            path.unlink(missing_ok=True)
    return report(findings, edition, raw_path)


def look(findings: Findings, seeds: Path, variables: dict[str, object]) -> None:
    """Have dbt load, build and test what there is to look at."""
    # It takes seconds to be imported: no other command needs it.
    from dbt.cli.main import dbtRunner

    def follow(event) -> None:
        if event.info.name == "PrintEvent":
            findings.hear(event.data.msg)
        elif event.info.name == "NodeStart":
            node = event.data.node_info
            progress.begin(node.node_name, f"{node.resource_type}s")
        elif event.info.name == "NodeFinished":
            progress.end(event.data.node_info.node_name)

    def run(manifest, command: str, *others: str):
        outcome = dbtRunner(manifest, [follow]).invoke(
            [command, *ARGUMENTS, "--vars", json.dumps(variables), *others]
        )
        if outcome.exception:
            findings.add("error", "", plain(str(outcome.exception)))
        return outcome.result

    unreadable = {path.stem: csv_fault(str(path)) for path in sorted(seeds.glob("*.csv"))}
    unreadable = {name: fault for name, fault in unreadable.items() if fault}
    with Progress("check", FOLDER / "progress.json", sys.stderr) as progress:
        manifest = run(None, "parse")
        for name, fault in unreadable.items():
            # What is not UTF-8 was said by then, with its line: dbt cannot begin with it.
            if manifest or "that is not UTF-8" not in fault:
                findings.add("error", name, [fault])
        findings.is_whole = bool(manifest) and not unreadable
        if not manifest:
            return
        without = [f"{name}+" for name in unreadable]
        built = run(
            manifest, "build", "--select", *LOOKED_AT, *(["--exclude", *without] if without else []),
            "--resource-type", "seed", "--resource-type", "model",
        )
        if not built:
            return
        made = {one.node.unique_id for one in built.results if one.status == "success"}
        for one in built.results:
            if one.status == "error":
                findings.is_whole = False
                findings.add("error", one.node.name, plain(one.message))
        tests = [
            node for node in manifest.nodes.values()
            if node.resource_type == "test" and made.issuperset(node.depends_on.nodes)
        ]
        run(
            manifest, "test", "--select", *(test.name for test in tests),
            "--indirect-selection", "empty", "--exclude-resource-type", "unit_test",
        )
        progress.keep()


def plain(message: str) -> list[str]:
    """What dbt says of a failure, without its frame: its sentences, or else all of it in a line."""
    lines = [line.strip() for line in message.splitlines()]
    found = [match[1] for match in map(SENTENCE.fullmatch, lines) if match]
    return found or [" ".join(filter(None, lines))]


def report(findings: Findings, edition: int, raw_path: str | None) -> tuple[list[str], bool]:
    """As `check_edition` returns it."""
    faults, warnings = findings.sentences("error"), findings.sentences("warning")
    # What is refused of a seed was left empty to look further: that it is empty is no news.
    refused = tuple(
        place for name in findings.said["error"] for place in (f"seeds/reference/{name}.csv", f"{name}:")
    )
    faults = [
        fault for fault in faults
        if not (fault.startswith(refused) and re.search(": found (none; |1 rows with )", fault))
    ]
    lines = []
    for name, sentences in (("faults", faults), ("warnings", warnings)):
        if sentences:
            lines += [f"{name}:", *(f"  {sentence}" for sentence in sentences)]
    place = f" --raw-path {raw_path}" if raw_path else ""
    variables = f" --vars '{{raw_path: {raw_path}}}'" if raw_path else ""
    unseen = "" if findings.is_whole else "; what rests on a file that cannot be read was not looked at"
    lines.append(
        f"edition {edition}: {len(faults)} fault{'s'[:len(faults) > 1]}{unseen}; correct what is above and "
        f"say `barometer check {edition}{place}` again; the release stays as it was"
        if faults
        else f"edition {edition}: no fault; next `dbt build{variables}`; the release stays as it was until then"
    )
    return lines, not faults
