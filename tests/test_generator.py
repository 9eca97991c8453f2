"""The generator of the synthetic raw seeds."""

import shutil
import subprocess
import sys

import pytest

from helpers import PROJECT, clean_environment, folder_digests

RAW = PROJECT / "seeds" / "raw"


@pytest.mark.slow
def test_generator_reproduces_the_seeds(tmp_path):
    """The generator writes the committed raw seeds byte for byte."""
    shutil.copytree(PROJECT / "seeds" / "reference", tmp_path / "seeds" / "reference")
    shutil.copy(PROJECT / "dbt_project.yml", tmp_path)
    subprocess.run(
        [sys.executable, "-m", "barometer.synthetic"],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": str(PROJECT)},
        check=True,
        capture_output=True,
    )
    committed = {
        name: digest for name, digest in folder_digests(RAW).items() if name.endswith(".csv")
    }
    assert folder_digests(tmp_path / "seeds" / "raw") == committed
