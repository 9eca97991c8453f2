"""Read `profile.toml`, the parameters of the synthetic data, and refuse what contradicts the reference seeds."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from barometer.synthetic.reference import Design


@dataclass(frozen=True)
class Settings:
    """The profile as it applies to one edition: the tables of the file, and the edition's own as `edition`."""

    tables: dict[str, Any]
    edition: dict[str, Any]
    minimum_donors: int

    def __getitem__(self, table: str) -> Any:
        return self.tables[table]

    def assumed(self, edition: int) -> list[list]:
        """Percentages that no report prints, as rows of indicator, base, domain, category, percentage, and how near to come
        where the row says it."""
        return self.tables["edition"][str(edition)]["assumed"]


@dataclass(frozen=True)
class Profile:
    """The whole file: the seed of all random streams and the tables."""

    seed: int
    tables: dict[str, Any]
    minimum_donors: int

    def of_edition(self, design: Design) -> Settings:
        """Settings of an edition. ValueError names the table, NACE code or date that does not fit its design."""
        edition = self.tables["edition"].get(str(design.edition))
        if edition is None:
            raise ValueError(f"profile.toml: no table [edition.{design.edition}] for the synthetic edition")
        for sector in dict.fromkeys(stratum.sector for stratum in design.strata):
            if not self.tables["nace"].get(sector):
                raise ValueError(f'profile.toml: no NACE codes in [nace."{sector}"]')
            for code in self.tables["nace"][sector]:
                if len(code) != 5 or design.sector_of(code) != sector:
                    raise ValueError(f"profile.toml: NACE code {code!r} is not a five-digit code of sector {sector}")
        for day in [wave["date"] for wave in edition["waves"]] + [edition["phone_start"]]:
            if not design.start <= day <= design.end:
                raise ValueError(f"profile.toml: {day} lies outside the fieldwork of edition {design.edition}")
        return Settings(self.tables, edition, self.minimum_donors)


def read_profile(root: Path) -> Profile:
    """The profile beside this module, with what the project under `root` sets for the hot deck."""
    with Path(__file__).with_name("profile.toml").open("rb") as file:
        tables = tomllib.load(file)
    project = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    return Profile(tables["seed"], tables, project["vars"]["minimum_donors"])
