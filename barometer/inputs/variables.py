"""The variables of the project: what each may be, and what is wrong with those of a run."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

import duckdb

from barometer.system.warehouse import sql_text


class Kind(NamedTuple):
    """What a variable may be, in words, and whether a value is that."""

    expected: str
    admits: Callable[[object], bool]


def whole_number(least: int) -> Kind:
    """Digits, as a number or as text."""
    return Kind(
        f"a whole number from {least}",
        lambda value: bool(re.fullmatch("[0-9]{1,9}", str(value))) and int(str(value)) >= least,
    )


def is_percentage(value: object) -> bool:
    """Whether a value is a number from 0 to 100, as a number or as text."""
    return bool(re.fullmatch(r"[0-9]{1,3}([.][0-9]{1,9})?", str(value))) and float(str(value)) <= 100


def is_list_of_editions(value: object) -> bool:
    """Whether a value is none, or a list of years."""
    return value is None or isinstance(value, list) and all(
        re.fullmatch("[0-9]{1,4}", str(edition)) for edition in value
    )


VARIABLES = {
    "editions": Kind("a list, such as [2001, 2002], or null for all", is_list_of_editions),
    "raw_path": Kind("a folder, or null for none", lambda value: value is None or isinstance(value, str)),
    "release_path": Kind("a folder", lambda value: isinstance(value, str) and bool(value.strip())),
    "keep_releases": whole_number(0),
    "microdata_in_lake_from": whole_number(0),
    "minimum_donors": whole_number(1),
    # A covariance takes two of them.
    "minimum_panel": whole_number(2),
    "maximum_moved_pct": Kind("a percentage, from 0 to 100", is_percentage),
    # The variance between decks takes two of them.
    "imputation_replicates": whole_number(2),
}


MEMORY_LIMIT = "BAROMETER_MEMORY_LIMIT"


def memory_faults(environment: Mapping[str, str]) -> list[str]:
    """A sentence where DuckDB does not take for an amount of memory what it may hold; it is asked."""
    value = environment.get(MEMORY_LIMIT)
    if value is None:
        return []
    try:
        with duckdb.connect() as session:
            session.execute(f"set memory_limit = '{sql_text(value)}'")
    except duckdb.Error:
        return [
            f"environment variable {MEMORY_LIMIT}: found {value!r}; expected what DuckDB takes for an "
            "amount of memory, a number and a unit, such as 2GB; the release stays as it was"
        ]
    return []


def variable_faults(variables: Mapping[str, object]) -> list[str]:
    """A sentence for each variable that is unknown, or is not what it may be."""
    faults = []
    for name, value in variables.items():
        if name not in VARIABLES:
            close = get_close_matches(name, VARIABLES, n=1)
            found, expected = "no such variable", f"one of {', '.join(VARIABLES)}"
            expected = f"{close[0]}, perhaps, or another {expected}" if close else expected
        elif VARIABLES[name].admits(value):
            continue
        else:
            found, expected = repr(value), VARIABLES[name].expected
        faults.append(
            f"variable {name}: found {found}; expected {expected}; the release stays as it was"
        )
    return faults
