"""A plugin that dbt starts before it reads the files of a project: seeds must be UTF-8.

dbt decodes a seed while it parses, before any model or test can look at it, and ends in a
traceback that does not name the file. dbt finds this module by its name, which begins with
`dbt_`; it is installed with the package.
"""

from pathlib import Path

from dbt.flags import get_flags
from dbt.plugins import dbtPlugin

PROJECT = "ai_barometer"


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


class SeedEncoding(dbtPlugin):
    """Stops dbt with those sentences."""

    def initialize(self) -> None:
        if self.project_name == PROJECT:
            faults = encoding_faults(Path(get_flags().PROJECT_DIR) / "seeds" / "reference")
            if faults:
                raise ValueError("\n".join(faults))


plugins = [SeedEncoding]
