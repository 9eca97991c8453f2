"""The settings of the project, from the folder that a command is run in."""

from pathlib import Path

import yaml

PROJECT_FILE = Path("dbt_project.yml")


def project_variables() -> dict[str, object]:
    """The variables of dbt_project.yml."""
    if not PROJECT_FILE.exists():
        raise FileNotFoundError(
            f"{PROJECT_FILE}: found no such file here; expected to be run from the root of the project"
        )
    return yaml.safe_load(PROJECT_FILE.read_text(encoding="utf-8"))["vars"]
