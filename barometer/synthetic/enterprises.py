"""Draw the synthetic sampled enterprises of an edition: none of them exists."""

from dataclasses import dataclass

import numpy as np

from barometer.synthetic.draw import pick
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design, Stratum

FIRST_NUMBER = 90_000_000
"""Synthetic enterprise numbers begin with 9, which the real register never issues."""


@dataclass
class Enterprise:
    """A row of the sample file: a synthetic enterprise, and how it was approached."""

    enterprise_number: str
    nace_code: str
    employee_count: int
    registered_region: str
    flemish_establishment_count: int
    contact_type: str
    stratum: int
    contact_channel: str = ""
    contact_name: str = ""
    contact_email: str = ""
    delivery_status: str = ""
    recontact_channel: str = ""
    recontact_status: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the first or the second approach was delivered."""
        return "delivered" in (self.delivery_status, self.recontact_status)


def draw_enterprises(design: Design, settings: Settings, rng: np.random.Generator) -> list[Enterprise]:
    """The sample: for every stratum as many enterprises as were sampled, in the order of their numbers.

    All are in scope: a NACE code of the sector, an employee count within the size class, and registered in Flanders, or
    in Brussels with at least one Flemish establishment.
    """
    parameters = settings["enterprises"]
    drawn: list[Enterprise] = []
    for number, stratum in enumerate(design.strata):
        count = stratum.sampled
        codes = settings["nace"][stratum.sector]
        nace = pick(rng, list(codes.values()), count)
        employees = _employee_counts(rng, stratum, parameters, count)
        in_brussels = rng.random(count) < parameters["brussels_share"][stratum.size]
        establishments = _establishment_counts(rng, employees, parameters["extra_establishment_rate"])
        is_general = rng.random(count) < parameters["general_contact_share"][stratum.size]
        drawn += [
            Enterprise(
                enterprise_number="",
                nace_code=list(codes)[nace[i]],
                employee_count=int(employees[i]),
                registered_region="brussels" if in_brussels[i] else "flanders",
                flemish_establishment_count=int(establishments[i]),
                contact_type="general" if is_general[i] else "personal",
                stratum=number,
            )
            for i in range(count)
        ]
    for enterprise, enterprise_number in zip(drawn, draw_numbers(rng, len(drawn), set()), strict=True):
        enterprise.enterprise_number = enterprise_number
    return sorted(drawn, key=lambda enterprise: enterprise.enterprise_number)


def draw_numbers(rng: np.random.Generator, count: int, taken: set[str]) -> list[str]:
    """`count` synthetic enterprise numbers, ten digits with a valid check, distinct and not in `taken`."""
    numbers: dict[str, None] = {}
    while len(numbers) < count:
        first_eight = FIRST_NUMBER + int(rng.random() * 10_000_000)
        number = f"{first_eight}{97 - first_eight % 97:02d}"
        if number not in taken:
            numbers[number] = None
    return list(numbers)


def _employee_counts(rng: np.random.Generator, stratum: Stratum, parameters: dict, count: int) -> np.ndarray:
    """Employees, int (count,), within the size class, leaning to its lower bound."""
    is_open = stratum.employees_max is None
    highest = parameters["employee_count_max"] if is_open else stratum.employees_max
    share = rng.random(count) ** parameters["employee_count_skew_open" if is_open else "employee_count_skew"]
    drawn = stratum.employees_min * ((highest + 1) / stratum.employees_min) ** share
    return np.clip(np.floor(drawn), stratum.employees_min, highest).astype(int)


def _establishment_counts(rng: np.random.Generator, employees: np.ndarray, rate: float) -> np.ndarray:
    """Establishments in Flanders, int (count,): at least one, a few more in larger enterprises."""
    mean = rate * np.log10(employees) ** 2
    return 1 + np.floor(-np.log1p(-rng.random(len(employees))) * mean * 0.6).astype(int)
