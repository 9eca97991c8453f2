"""The synthetic raw seeds and their generator."""

import shutil
import subprocess
import sys

import pytest

from helpers import PROJECT, clean_environment, folder_digests, read_rows, reference

EDITIONS = [row["edition"] for row in reference("editions") if row["status"] == "synthetic"]
RAW = PROJECT / "seeds" / "raw"


def is_enterprise_number(number):
    """Whether the check digits fit."""
    return len(number) == 10 and number.isdigit() and int(number[8:]) == 97 - int(number[:8]) % 97


def test_generator_reproduces_the_seeds(tmp_path):
    """The generator writes the committed raw seeds byte for byte."""
    shutil.copytree(PROJECT / "seeds" / "reference", tmp_path / "seeds" / "reference")
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


@pytest.mark.parametrize("edition", EDITIONS)
def test_sampled_enterprises_do_not_exist(edition):
    """Numbers that the register never issues, and contacts that say that they are synthetic."""
    sample = read_rows(RAW / f"raw_sample_{edition}.csv")
    assert len({row["enterprise_number"] for row in sample}) == len(sample)
    for row in sample:
        assert row["enterprise_number"].startswith("9")
        assert is_enterprise_number(row["enterprise_number"])
        assert not row["contact_name"] or "Synthetisch" in row["contact_name"]
        assert not row["contact_email"] or row["contact_email"].endswith("@synthetic.invalid")
    assert any(row["contact_name"] for row in sample)
    assert any(row["contact_email"] for row in sample)


@pytest.mark.parametrize("edition", EDITIONS)
def test_respondents_do_not_exist(edition):
    """The same of the numbers in the responses, wherever one was filled in."""
    responses = read_rows(RAW / f"raw_responses_{edition}.csv")
    for row in responses:
        for column in ("invited_enterprise_number", "enterprise_number"):
            assert not row[column] or row[column].startswith("9")
        assert is_enterprise_number(row["invited_enterprise_number"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_edition_says_that_it_is_synthetic(edition):
    """The note of a synthetic edition says so."""
    note = next(row["note"] for row in reference("editions") if row["edition"] == edition)
    assert "synthetic" in note.lower()
