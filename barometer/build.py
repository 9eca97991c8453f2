"""`python -m barometer.build [arguments of dbt build]`: a build that says what it is at."""

import sys
from pathlib import Path

from barometer.system.interrupts import end_on_interrupt
from barometer.system.progress import Progress
from barometer.system.project import project_variables


def build(arguments: list[str]) -> int:
    """`dbt build` with a line that says what it is at; returns its exit code."""
    release = Path(project_variables()["release_path"])
    end_on_interrupt("build", release)
    # They take seconds to be imported: Ctrl-C has its sentence before.
    from dbt.cli.main import dbtRunner

    from barometer.release.release_folder import moment

    before = moment(release)

    def follow(event) -> None:
        data = event.data
        if event.info.name == "LogStartLine":
            progress.total = data.total
        elif event.info.name == "NodeStart":
            progress.begin(data.node_info.node_name, f"{data.node_info.resource_type}s")
        elif event.info.name == "NodeFinished":
            progress.end(data.node_info.node_name)
        elif event.info.name == "LogHookStartLine" and progress.ended:
            progress.idle_phase = "release"

    with Progress("build", Path("target", "progress.json")) as progress:
        outcome = dbtRunner(callbacks=[follow]).invoke(["--quiet", "build", *arguments])
    if outcome.exception:
        print(outcome.exception)
    if outcome.success:
        progress.keep()
    published = moment(release)
    place = f"{release}/" if published != before else "none, the last one stays as it was"
    print(f"{progress.summary()}; release: {place}")
    return 0 if outcome.success else 1


if __name__ == "__main__":
    sys.exit(build(sys.argv[1:]))
