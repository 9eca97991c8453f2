"""The command `barometer`: what is no build. Run it from the root of the project."""

import argparse
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from pyarrow import csv

from barometer.engine.engine import LAKE_VARIABLE
from barometer.engine.lake import Lake
from barometer.inputs.edition_check import check_edition
from barometer.inputs.scaffold import scaffold_edition
from barometer.method.replicate_weights import replicate_weights
from barometer.release.last_release import release_fault, unseen_changes
from barometer.release.microdata_in_lake import released_mart
from barometer.release.release_folder import earlier_releases, parse_keep_releases, restore
from barometer.release.release_manifest import INTERNAL
from barometer.system.project import project_variables
from barometer.system.warehouse import warehouse_fault
from barometer.system.whole_files import write_whole

SEEDS = Path("seeds", "reference")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; a fault is one sentence, and exit code 1."""
    try:
        options = command_line().parse_args(arguments)
        for line in options.run(options):
            print(line)
    except (LookupError, OSError, ValueError, duckdb.Error) as fault:
        print(f"barometer: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("barometer: stopped by Ctrl-C; the release is whole", file=sys.stderr)
        return 130
    return 0


def command_line() -> argparse.ArgumentParser:
    """The commands and their options; what is not given is as dbt_project.yml has it."""
    variables = project_variables()
    parser = argparse.ArgumentParser(
        prog="barometer", description="What is no build: `dbt build` makes the release."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, run, text):
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    def release_option(parser):
        parser.add_argument(
            "--release-path", type=Path, default=Path(variables["release_path"]), metavar="FOLDER",
            help="the folder of the release (default: %(default)s)",
        )

    restoring = command("restore", run_restore, "Put an earlier release back; the present one is kept.")
    restoring.add_argument(
        "moment", nargs="?",
        help="when it was published, as `barometer releases` lists it; the last before the present one",
    )
    release_option(restoring)
    restoring.add_argument(
        "--keep-releases", type=parse_keep_releases, default=parse_keep_releases(variables["keep_releases"]),
        metavar="NUMBER", help="how many earlier releases stay (default: %(default)s)",
    )
    release_option(command("releases", run_releases, "List the earlier releases, oldest first."))
    scaffolding = command(
        "scaffold", run_scaffold,
        "Write the seed rows that a new edition needs into target/scaffold/<edition>/, from its raw "
        "responses; what nobody but you can know is left open (?).",
    )
    scaffolding.add_argument("edition", type=int, help="the year of the new edition")
    scaffolding.add_argument(
        "--raw-path", required=True, metavar="FOLDER",
        help="the folder with <edition>/responses.csv or .parquet, or what a survey tool exported",
    )
    checking = command(
        "check", run_check,
        "Say all that is wrong with the raw files of an edition and with the seeds, at once: what "
        "`dbt build` would refuse. Nothing is built or released.",
    )
    checking.add_argument("edition", type=int, help="the year of the edition")
    checking.add_argument(
        "--raw-path", default=variables["raw_path"], metavar="FOLDER",
        help="the folder with <edition>/sample and <edition>/responses, .csv, .parquet or what a "
        "survey tool exported; without it the synthetic ones of this project",
    )
    emptying = command(
        "empty-lake", run_empty_lake,
        "Remove all tables that an engine made in the folder BAROMETER_LAKE: they hold microdata. "
        "Releases that refer to them lose their microdata.",
    )
    emptying.add_argument(
        "--yes", action="store_true", help="remove them; without it, say what is there"
    )
    changes = command(
        "changes", run_changes,
        "Say what differs from the release and dbt's state:modified does not see: raw files, and "
        "the functions in barometer/.",
    )
    release_option(changes)
    changes.add_argument(
        "--warehouse", type=Path, default=Path("warehouse.duckdb"), metavar="FILE",
        help="the database that the build left (default: %(default)s)",
    )
    weights = command(
        "replicate-weights", run_replicate_weights,
        "Write replicate weights of the responses of a release, for the sampling variance of numbers of "
        "your own in R, Stata or Python. They are microdata: not for publication.",
    )
    weights.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="the file to write, .parquet or .csv"
    )
    weights.add_argument(
        "--replicates", type=int, default=200, metavar="NUMBER", help="how many (default: %(default)s)"
    )
    release_option(weights)
    return parser


def run_restore(options: argparse.Namespace) -> list[str]:
    """What became of the release."""
    return [restore(options.release_path, options.moment, options.keep_releases)]


def run_releases(options: argparse.Namespace) -> list[str]:
    """The moments of the earlier releases."""
    return earlier_releases(options.release_path) or ["none is kept"]


def run_scaffold(options: argparse.Namespace) -> list[str]:
    """What was written and what is open."""
    target = Path("target", "scaffold", str(options.edition))
    return scaffold_edition(options.edition, options.raw_path, str(SEEDS), str(target))


def run_check(options: argparse.Namespace) -> Iterator[str]:
    """What is wrong with an edition, and what to do; exit code 1 where there is a fault."""
    lines, is_sound = check_edition(options.edition, options.raw_path, SEEDS)
    yield from lines
    if not is_sound:
        sys.exit(1)


def run_replicate_weights(options: argparse.Namespace) -> list[str]:
    """Where the weights are, and of how many responses."""
    if options.output.suffix not in (".csv", ".parquet"):
        raise ValueError(f"{options.output}: found another kind of file; expected .csv or .parquet")
    with duckdb.connect() as session:
        responses, strata = (
            session.sql(
                f"from {released_mart(str(options.release_path / INTERNAL), mart)} order by all"
            ).to_arrow_table()
            for mart in ("fct_responses", "dim_strata")
        )
    weights = replicate_weights(responses, strata, options.replicates)
    content = io.BytesIO()
    if options.output.suffix == ".csv":
        csv.write_csv(weights, content)
    else:
        pq.write_table(weights, content)
    write_whole(options.output, content.getvalue())
    options.output.chmod(0o640)
    return [f"{options.output}: {len(weights)} responses, {options.replicates} replicate weights each"]


def run_empty_lake(options: argparse.Namespace) -> list[str]:
    """How many tables there were, or are."""
    lake = Lake(os.environ.get(LAKE_VARIABLE, ""))
    if not lake.root or not lake.is_local or not Path(lake.root).is_dir():
        raise ValueError(
            f"environment variable {LAKE_VARIABLE}: found {lake.root or 'none'}; expected a folder of a "
            "file system; another one is emptied where it is"
        )
    tables = lake.tables()
    if not options.yes:
        return [f"{lake.root}: {len(tables)} tables; `barometer empty-lake --yes` removes them"]
    lake.empty()
    return [f"{lake.root}: removed {len(tables)} tables; the next `dbt build --target spark` makes them anew"]


def run_changes(options: argparse.Namespace) -> list[str]:
    """Names of what changed."""
    if not options.warehouse.exists():
        raise FileNotFoundError(
            f"{options.warehouse}: found no such file; expected the warehouse of a build"
        )
    fault = warehouse_fault(options.warehouse, {"access_mode": "read_only"}) or release_fault(
        str(options.release_path)
    )
    if fault:
        raise ValueError(fault)
    with duckdb.connect(str(options.warehouse), read_only=True) as session:
        return unseen_changes(session, options.release_path) or ["nothing"]


if __name__ == "__main__":
    sys.exit(main())
