"""The generator of the synthetic raw seeds."""

import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from barometer.synthetic.enterprises import Enterprise
from barometer.synthetic.panel import paired, share_enterprises
from barometer.synthetic.reference import Stratum
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


def made_sample(first_number, count, stratum=0):
    """Enterprises whose number says who they are."""
    return [
        Enterprise(str(first_number + i), f"{i:05d}", 60 + i, "flanders", 1, "personal", stratum)
        for i in range(count)
    ]


def stay(loading):
    """Of 100 adopters and 100 others in two editions: how many that adopted still do."""
    before, after = made_sample(1000, 200), made_sample(2000, 200)
    then, now = (
        {e.enterprise_number: place % 2 for place, e in enumerate(group)}
        for group in (before, after)
    )
    pairs = paired(
        before, after, then, now, {"responds_again": 1.0, "adoption_loading": loading},
        np.random.default_rng(1),
    )
    return sum(
        then[old.enterprise_number] and now[new.enterprise_number] for old, new in pairs
    )


def test_loading_says_how_much_adoption_persists():
    """From chance to as much as the numbers of adopters allow."""
    assert 35 < stay(0.0) < 65 < stay(0.8) < 95 and stay(1.0) == 100


@pytest.mark.parametrize("responds_again", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("old_count", "new_count"), [(0, 0), (0, 6), (6, 0), (4, 6), (9, 7), (10, 10)]
)
def test_every_enterprise_is_in_one_pair(old_count, new_count, responds_again):
    """Of ten; the share of respondents respond again, or more where there are too few others."""
    before, after = made_sample(1000, 10), made_sample(2000, 10)
    then, now = (
        {e.enterprise_number: 0 for e in group[:count]}
        for group, count in ((before, old_count), (after, new_count))
    )
    pairs = list(paired(
        before, after, then, now, {"responds_again": responds_again, "adoption_loading": 0.5},
        np.random.default_rng(1),
    ))
    for place, group in enumerate((before, after)):
        found = sorted(pair[place].enterprise_number for pair in pairs)
        assert found == [enterprise.enterprise_number for enterprise in group]
    both = sum(o.enterprise_number in then and n.enterprise_number in now for o, n in pairs)
    expected = round(responds_again * min(old_count, new_count))
    assert both == max(expected, old_count + new_count - 10)


@pytest.mark.parametrize(("old_count", "new_count"), [(5, 8), (8, 5)])
def test_the_smaller_sample_is_in_the_larger(old_count, new_count):
    """Of the size classes that are surveyed each year. Who is not shared, and a number filled in by
    mistake, is nobody of the earlier sample, though the draws had it so.
    """
    waves = []
    for count, first in ((old_count, 9000), (new_count, 9003)):
        enterprises = made_sample(first, count)
        responses = [
            SimpleNamespace(invited_enterprise_number=e.enterprise_number, enterprise_number=filled)
            for e, filled in ((enterprises[0], enterprises[0].enterprise_number),
                              (enterprises[1], "9002"))
        ]
        waves.append(SimpleNamespace(
            design=SimpleNamespace(strata=(Stratum("a", "b", 10, count, 1, 50, 249),)),
            enterprises=enterprises,
            schedule=SimpleNamespace(responses=responses, usable=responses[:1]),
            answers=lambda _, e=enterprises[0]: {e.enterprise_number: 1},
        ))
    settings = {
        "adoption": {"count_question": "count"},
        "panel": {
            "surveyed_each_year": ["b"], "responds_again": 1.0, "adoption_loading": 0.5,
            "employee_count_change": 0.01,
        },
    }
    earlier, later = waves
    share_enterprises(earlier, later, settings, np.random.default_rng(1))
    before, after = ({e.enterprise_number: e for e in wave.enterprises} for wave in waves)
    assert len(after) == new_count and list(after) == sorted(after)
    shared = set(before) & set(after)
    assert len(shared) == 5
    for number in shared:
        assert after[number].nace_code == before[number].nace_code
        assert abs(after[number].employee_count - before[number].employee_count) < 6
    usable, mistaken = later.schedule.responses
    assert usable.invited_enterprise_number == usable.enterprise_number == "9000"
    assert mistaken.invited_enterprise_number in after
    assert mistaken.enterprise_number not in {*before, *after}
