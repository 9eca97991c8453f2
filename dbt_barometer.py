"""A plugin of dbt, which finds this module by its name: it begins with `dbt_`.

It looks at the seeds before dbt reads them: dbt decodes a seed while it parses, before any model
or test can look at it, and ends in a traceback that does not name the file. It lists the raw seeds
for the model raw_seeds, which refers to each of them. It looks at the variables, and at the last
release before a build goes on from it, and dbt reads its state. And it remembers the manifest of
this run, for the release: another dbt may write over the file while this one builds.
"""

import gc
import os
import sys
from pathlib import Path

import yaml
from dbt.flags import get_flags
from dbt.plugins import dbt_hook, dbtPlugin
from dbt_common.context import get_invocation_context

from barometer.inputs.variables import memory_faults, variable_faults
from barometer.system.interrupts import end_on_interrupt
from barometer.system.project import project_variables
from barometer.system.shown_events import say_causes_once

# Python looks for garbage through all that dbt holds of the project, thousands of times; less often,
# a build took 54 s of CPU instead of 58.
gc.set_threshold(100_000, 50, 50)

PROJECT = "ai_barometer"

# Commands of dbt that build, and may release.
BUILDING = ("build", "run", "retry")

# What dbt knows of the project in this run, before it compiles any of it; None until it has read it.
manifest = None


def encoding_faults(seeds: Path) -> list[str]:
    """A sentence for each CSV file of a folder that is not UTF-8, with the first such line."""
    faults = []
    for path in sorted(seeds.glob("*.csv")):
        content = path.read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            faults.append(
                f"seeds/{seeds.name}/{path.name}, line {line}: found byte "
                f"0x{content[error.start]:02x} that is not UTF-8; expected a file saved as UTF-8"
            )
    return faults


def give_home(folder: Path) -> None:
    """A home for the caches and settings of libraries, where the user has none to write to."""
    try:
        has_home = os.access(Path.home(), os.W_OK)
    except RuntimeError:  # no account, as in many a container
        has_home = False
    if not has_home:
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(folder.resolve())


def variables_of_run() -> dict[str, object]:
    """The variables of the project, with what this run of dbt was given instead."""
    return project_variables() | get_flags().VARS


def schemas() -> set[str]:
    """The schemas of the warehouse, as dbt_project.yml has them."""
    found, waiting = set(), [yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))]
    while waiting:
        for name, value in waiting.pop().items():
            if name == "+schema":
                found.add(value)
            elif isinstance(value, dict):
                waiting.append(value)
    return found


def part_faults() -> list[str]:
    """A sentence for each argument that asks for tables without their rows."""
    return [
        f"argument --{name}: found it in the command; expected none: what has lost its rows passes no "
        "check and is never released, and it would take the place of the tables in the warehouse; "
        "the release stays as it was"
        for name in ("empty", "sample")
        if getattr(get_flags(), name.upper(), None)
    ]


def is_whole_build() -> bool:
    """Whether this is `dbt build` of all there is."""
    return get_flags().WHICH == "build" and not any(
        getattr(get_flags(), name) for name in ("SELECT", "EXCLUDE", "SELECTOR", "RESOURCE_TYPES")
    )


class Barometer(dbtPlugin):
    """Stops dbt with sentences on the seeds or the release; keeps the manifest."""

    def initialize(self) -> None:
        if self.project_name == PROJECT:
            if get_flags().WHICH == "clone":
                # Of this command alone dbt would show any error as a traceback.
                sys.exit(
                    "command clone: found one warehouse, of which each table would become a view of "
                    "itself; expected another command, such as `dbt build`; the release stays as it was"
                )
            # Paths are of the project, from whatever folder dbt was called with --project-dir.
            os.chdir(get_flags().PROJECT_DIR)
            say_causes_once()
            give_home(Path(get_flags().TARGET_PATH or "target", "home"))
            project = Path()
            faults = encoding_faults(project / "seeds" / "reference")
            faults += encoding_faults(project / "seeds" / "raw")
            # dbt has read the environment by now, and keeps what it found here; what it compares with
            # the last parsing, which may be that of sqlfluff without this plugin, it reads again.
            names = " ".join(sorted(path.stem for path in (project / "seeds" / "raw").glob("raw_*.csv")))
            get_invocation_context().env["BAROMETER_RAW_SEEDS"] = names
            os.environ["BAROMETER_RAW_SEEDS"] = names
            variables = variables_of_run()
            wrong = variable_faults(variables)
            if not wrong and get_flags().WHICH in BUILDING:
                # Of no use to any other command.
                from barometer.release.last_release import release_fault

                fault = release_fault(str(project / variables["release_path"]))
                faults += [fault] if fault else []
            if not wrong:
                end_on_interrupt(get_flags().WHICH, Path(variables["release_path"]))
            faults += wrong + memory_faults(os.environ) + part_faults()
            if faults:
                raise ValueError("\n".join(faults))
            if is_whole_build():
                # A processor has nothing to do while dbt reads the project.
                from barometer.release.expectations import prepare

                prepare()

    @dbt_hook
    def get_manifest_artifacts(self, found):
        global manifest
        manifest = found.writable_manifest().to_dict(omit_none=False)
        # All that dbt holds by now it holds to the end: none of it is garbage.
        gc.freeze()
        return {}


plugins = [Barometer]
