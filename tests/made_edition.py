"""An edition that never was, as files: raw files and rows in the reference seeds.

It differs from the latest edition in all that an edition may differ in. Its codes are made
up here; those that it takes over are looked up in the seeds.
"""

import csv
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from helpers import codes, read_rows, reference

NEW_QUESTION = "dowsing"
# What a block counted before the new question joined it, as a derived question and its indicator.
OLD_LIST = "without_dowsing"
NEW_SECTORS = ("split-1", "split-2")
NEW_SIZES = ("grand", "huge")
ONE_RESPONSE, CENSUS, NO_RESPONSE, NO_ENTERPRISE = (1, 0), (2, 1), (3, 2), (4, 1)
UNREAD = "remarks"


class MadeEdition:
    """The edition two years after the latest one, made for a copy of the project.

    Attributes:
        year: its edition; `latest` is the one before.
        version: the version of NACE of its codes; `old_version` is that of the latest.
        gone, stays, joined: a division that is gone, the one that has part of it, and the group that
            has the rest; `giver` and `taker` are their sectors, `outside` one that lost a division.
        sample, responses: its raw rows by column name, every value a text.
        question_columns: raw column by question.
        dropped: questions of the latest edition that it does not ask.
        strata: population, sampled and usable counts by (sector, size class).
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.random = random.Random(7)
        self.latest = max(int(row["edition"]) for row in reference("editions", folder))
        self.year = self.latest + 2
        self.version = "NACE of a test"
        (self.old_version,) = {
            row["nace_version"] for row in reference("editions", folder)
            if row["edition"] == str(self.latest)
        }
        self.write_classification()
        self.write_questionnaire()
        self.write_population()
        self.write_edition()
        self.add("raw_columns", [
            {"file_kind": "responses", "column_name": UNREAD, "sort_order": "99",
             "value_kind": "text", "is_read": "false", "is_required": "false",
             "sensitivity": "direct_identifier", "first_edition": str(self.year)}
        ])
        self.make_sample()
        self.make_responses()

    def rows(self, seed: str) -> list[dict[str, str]]:
        """Rows of a reference seed."""
        return reference(seed, self.folder)

    def write(self, seed: str, rows: list[dict[str, str]]) -> None:
        """Write a reference seed again, with the columns that it has; an absent one is empty."""
        path = self.folder / "seeds" / "reference" / f"{seed}.csv"
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def add(self, seed: str, rows: list[dict[str, str]]) -> None:
        """Append rows to a reference seed."""
        self.write(seed, self.rows(seed) + rows)

    def in_force(self, seed: str) -> list[dict[str, str]]:
        """Rows of a seed that are in force in this edition."""
        return [
            row
            for row in self.rows(seed)
            if int(row["first_edition"] or self.year) <= self.year
            <= int(row["last_edition"] or self.year)
        ]

    def replace(self, seed: str, is_old, new: list[dict[str, str]]) -> None:
        """End rows of a seed with the edition before this one, and begin others with it."""
        rows = self.rows(seed)
        for row in rows:
            if is_old(row):
                row["last_edition"] = str(self.year - 1)
        self.write(seed, rows + [row | {"first_edition": str(self.year)} for row in new])

    def write_classification(self) -> None:
        """Another version of NACE, a sector split in two, the bound between two size classes moved,
        the last one split.
        """
        sectors = self.rows("sectors")
        sector_of = {
            row["nace_prefix"]: row["sector_code"] for row in self.rows("sector_nace")
            if row["nace_version"] == self.old_version
        }
        prefixes_of = {
            row["sector_code"]: [
                prefix for prefix, sector in sector_of.items() if sector == row["sector_code"]
            ]
            for row in sectors
        }
        old = max(sectors, key=lambda row: len(prefixes_of[row["sector_code"]]))
        prefixes = prefixes_of[old["sector_code"]]
        half = len(prefixes) // 2
        after = max(int(row["sort_order"]) for row in sectors)
        one, other = NEW_SECTORS
        # The first prefix of the one has an exception, a longer one that is the other's.
        sector_of |= dict.fromkeys(prefixes[:half], one) | dict.fromkeys(prefixes[half:], other)
        sector_of[prefixes[0] + "9"] = other
        del prefixes_of[old["sector_code"]]
        self.write_concordance(sector_of, prefixes_of)
        self.add("sector_nace", [
            {"nace_version": self.version, "nace_prefix": prefix, "sector_code": sector}
            for prefix, sector in sector_of.items()
        ])
        self.replace(
            "sectors",
            lambda row: row["sector_code"] == old["sector_code"],
            [
                {
                    "sector_code": code,
                    "nace_sections": old["nace_sections"],
                    "sort_order": str(after + place),
                    "label_nl": f"Helft {code}",
                    "label_en": f"Half {code}",
                }
                for place, code in enumerate(NEW_SECTORS, start=1)
            ],
        )
        sizes = sorted(self.rows("size_classes"), key=lambda row: int(row["sort_order"]))
        first, second, last = sizes[0], sizes[1], sizes[-1]
        bound = int(first["employee_count_max"]) + 5
        cut = int(last["employee_count_min"]) * 2
        changed = {row["size_class_code"] for row in (first, second, last)}
        self.replace(
            "size_classes",
            lambda row: row["size_class_code"] in changed,
            [
                first | {"employee_count_max": str(bound), "label_en": f"Up to {bound}"},
                second | {"employee_count_min": str(bound + 1), "label_en": f"From {bound + 1}"},
                *(
                    last | {
                        "size_class_code": code,
                        "employee_count_min": str(lowest),
                        "employee_count_max": highest,
                        "sort_order": str(int(last["sort_order"]) + place),
                    }
                    for place, (code, lowest, highest) in enumerate(
                        [
                            (NEW_SIZES[0], last["employee_count_min"], str(cut - 1)),
                            (NEW_SIZES[1], cut, ""),
                        ]
                    )
                ),
            ],
        )

    def write_concordance(self, sector_of: dict[str, str], prefixes_of: dict[str, list[str]]) -> None:
        """What the new version of NACE changes: a division is gone, part of it in the next one and part
        in another sector, and a division is outside the survey.

        Args:
            sector_of: sector by prefix, which becomes that of the new version.
            prefixes_of: prefixes by sector, of those that stay as they are but for this.
        """
        population = Counter()
        for row in self.rows("population"):
            population[row["sector_code"]] += int(row["population_count"])
        self.giver = max(prefixes_of, key=population.get)
        self.gone, self.stays, *_ = sorted(prefixes_of[self.giver])
        group, self.taker = next((p, s) for p, s in sector_of.items() if len(p) == 3 and s in prefixes_of)
        self.joined = next(
            group[:2] + digit for digit in "987654321" if group[:2] + digit not in sector_of
        )
        sampled = read_rows(self.folder / "seeds" / "raw" / f"raw_sample_{self.latest}.csv")
        divisions = Counter(row["nace_code"][:2] for row in sampled)
        self.outside = max(
            set(prefixes_of) - {self.giver, self.taker}, key=lambda sector: len(prefixes_of[sector])
        )
        lost = max(prefixes_of[self.outside], key=lambda prefix: divisions[prefix])
        del sector_of[self.gone], sector_of[lost]
        sector_of[self.joined] = self.taker
        self.add("nace_concordance", [
            {"old_version": self.old_version, "new_version": self.version, "old_code": old,
             "new_code": new, "share_of_old": of_old, "share_of_new": of_new, "source": "Made by a test"}
            for old, new, of_old, of_new in (
                (self.gone, self.joined, "1", "0.7"),
                (self.gone + "1", self.stays, "0.75", "0.2"),
                (self.gone + "1", self.joined, "0.25", "0.3"),
                (self.stays, self.stays, "1", "0.8"),
                (lost, "00", "1", "1"),
            )
        ])

    def previous_code(self, place: int, code: str) -> str:
        """The code of the version before, which the frame has of every other enterprise."""
        if place % 2:
            return ""
        if code.startswith(self.joined):
            return self.gone + "200"
        return self.gone + "110" if code.startswith(self.stays) and place % 6 == 0 else code

    def write_questionnaire(self) -> None:
        """One technology more, two questions dropped, one with a code more, columns renamed and
        in another order.
        """
        derived = self.rows("derived_questions")
        split = {row["class_question_id"] for row in self.rows("blocks")} - {""}
        (block,) = {row["input_block_id"] for row in derived if row["question_id"] in split}
        asked = [row for row in self.rows("questions") if int(row["edition"]) == self.latest]
        twin = [row for row in asked if row["block_id"] == block][-1]
        named = {name: row for row in derived for name in codes(row["input_question_ids"])}
        # An input of a pattern takes the derived question with it; the other is of a block
        # of its own, so that what is derived from the block has an input less.
        pattern_input = next(n for n, row in named.items() if row["operation"] == "pattern")
        counted = {
            row["input_block_id"] for row in derived if row["operation"] == "count"
        } - {block, ""}
        member = next(row["question_id"] for row in asked if row["block_id"] in counted)
        self.dropped = (pattern_input, member)
        widened = max(asked, key=lambda row: len(codes(row["answer_codes"])))
        new_code = str(max(map(int, codes(widened["answer_codes"]))) + 1)
        rows = [row for row in asked if row["question_id"] not in self.dropped]
        rows.append(twin | {"question_id": NEW_QUESTION, "question_nl": "Pendelt u?",
                            "question_en": "Do you dowse?"})
        for row in rows:
            if row["question_id"] == widened["question_id"]:
                row["answer_codes"] += f"|{new_code}"
        self.random.shuffle(rows)
        self.question_columns = {}
        for place, row in enumerate(rows, start=1):
            row |= {"edition": str(self.year), "column_name": f"item_{place:02d}"}
            self.question_columns[row["question_id"]] = row["column_name"]
        self.answer_codes = {row["question_id"]: codes(row["answer_codes"]) for row in rows}
        self.add("questions", rows)
        self.add("answer_codes", [
            *(
                row | {"question_id": NEW_QUESTION}
                for row in self.rows("answer_codes")
                if row["question_id"] == twin["question_id"]
            ),
            {"question_id": widened["question_id"], "answer_code": new_code,
             "label_nl": "Weet niet", "label_en": "Does not know"},
        ])
        twins = [
            row for row in self.rows("indicators") if row["question_id"] == twin["question_id"]
        ]
        self.new_indicators = {
            row["indicator_id"]: f"{NEW_QUESTION}_{place}" for place, row in enumerate(twins)
        }
        self.add("indicators", [
            row | {"indicator_id": self.new_indicators[row["indicator_id"]],
                   "question_id": NEW_QUESTION, "eurostat_code": "",
                   "label_en": "Dowsing's share"}
            for row in twins
        ])
        counted = next(
            row for row in derived
            if row["input_block_id"] == block and row["operation"] == "count" and row["max_code"] == "1"
        )
        self.add("derived_questions", [
            counted | {
                "question_id": OLD_LIST, "input_block_id": "", "sort_order": "99",
                "input_question_ids": "|".join(
                    row["question_id"] for row in asked if row["block_id"] == block
                ),
                "label_nl": "Zonder pendelen", "label_en": "Without dowsing",
            }
        ])
        self.add("answer_codes", [
            row | {"question_id": OLD_LIST} for row in self.rows("answer_codes")
            if row["question_id"] == counted["question_id"]
        ])
        # The indicator over the whole block, which is another question with one technology more.
        whole = next(
            row for row in self.rows("indicators")
            if row["question_id"] == counted["question_id"] and row["eurostat_code"]
        )
        self.whole_list = whole["indicator_id"]
        self.add("indicators", [
            whole | {"indicator_id": OLD_LIST, "question_id": OLD_LIST, "eurostat_code": "", "source": "tekst",
                     "sort_order": "999", "label_en": "Any but dowsing"}
        ])
        self.add("indicator_topics", [{"indicator_id": OLD_LIST, "topic_id": self.rows("topics")[0]["topic_id"]}])
        topics = {row["indicator_id"]: row["topic_id"] for row in self.rows("indicator_topics")}
        self.add("indicator_topics", [
            {"indicator_id": new, "topic_id": topics[old]}
            for old, new in self.new_indicators.items()
        ])
        self.add("figures", [
            row | {"indicator_id": self.new_indicators[row["indicator_id"]],
                   "item_id": NEW_QUESTION, "item_sort_order": str(9 + place)}
            for place, row in enumerate(self.rows("figures"))
            if row["indicator_id"] in self.new_indicators
        ])

    def write_population(self) -> None:
        """Another population, with a stratum of one response, one taken whole, one of none, and
        one without any enterprise.
        """
        sectors = [row["sector_code"] for row in self.ordered("sectors")]
        sizes = [row["size_class_code"] for row in self.ordered("size_classes")]
        self.strata = {}
        for place, sector in enumerate(sectors):
            for position, size in enumerate(sizes):
                usable = self.random.randint(4, 9)
                counts = (self.random.randint(40, 900), 2 * usable + 3, usable)
                self.strata[sector, size] = {
                    ONE_RESPONSE: (30, 6, 1), CENSUS: (5, 5, 5), NO_RESPONSE: (12, 4, 0),
                    NO_ENTERPRISE: (0, 0, 0),
                }.get((place, position), counts)
        self.add("population", [
            {"edition": str(self.year), "sector_code": sector, "size_class_code": size,
             "population_count": str(counts[0]), "is_assumed": "false"}
            for (sector, size), counts in self.strata.items()
        ])

    def ordered(self, seed: str) -> list[dict[str, str]]:
        """Rows in force, in their order."""
        return sorted(self.in_force(seed), key=lambda row: int(row["sort_order"]))

    def write_edition(self) -> None:
        """A provisional edition; expected counts and published figures it has none."""
        self.start = date(self.year, 6, 1)
        self.add("editions", [
            {"edition": str(self.year), "fieldwork_start": self.start.isoformat(),
             "fieldwork_end": date(self.year, 9, 30).isoformat(),
             "imputation_seed": str(self.year * 10 + 3), "status": "provisional",
             "nace_version": self.version, "previous_nace_version": self.old_version,
             "note": "Made by a test"}
        ])
        # So few are asked that hardly anything would be published.
        self.add("disclosure_control", [
            {"edition": str(self.year), "is_protected": "false",
             "reason": "Nobody is in it: made by a test", "date": self.start.isoformat()}
        ])

    def nace_codes(self, sector: str) -> list[str]:
        """Five-digit codes of a sector."""
        return [
            row["nace_prefix"].ljust(5, "0") for row in self.in_force("sector_nace")
            if (row["nace_version"], row["sector_code"]) == (self.version, sector)
        ]

    def make_sample(self) -> None:
        """Sampled enterprises: those of the strata, and some that are out of scope."""
        sizes = {row["size_class_code"]: row for row in self.in_force("size_classes")}
        self.sample, self.invited = [], []
        smallest = min(int(row["employee_count_min"]) for row in sizes.values())
        for (sector, size), (_, sampled, usable) in self.strata.items():
            lowest = int(sizes[size]["employee_count_min"])
            highest = int(sizes[size]["employee_count_max"] or 9 * lowest)
            for place in range(sampled):
                # Both bounds of every class are met, and every prefix of a sector.
                employees = [lowest, highest, self.random.randint(lowest, highest)][min(place, 2)]
                nace = self.nace_codes(sector)
                region = "brussels" if place == 1 else "flanders"
                self.sample_enterprise(nace[place % len(nace)], employees, region, place < usable)
        out_of_scope = [
            ("01110", smallest, "flanders"),
            (self.nace_codes(NEW_SECTORS[0])[0], smallest - 1, "flanders"),
            (self.nace_codes(NEW_SECTORS[1])[0], smallest, "wallonia"),
        ]
        for nace, employees, region in out_of_scope:
            self.sample_enterprise(nace, employees, region, True)

    def sample_enterprise(self, nace: str, employees: int, region: str, responds: bool) -> None:
        """One row of the sample, and an invitation where it will respond."""
        eight = 93000000 + len(self.sample) + 1
        number = f"{eight}{97 - eight % 97:02d}"
        is_reached = responds or self.random.random() < 0.8
        self.sample.append(
            {
                "enterprise_number": number,
                "nace_code": nace,
                "previous_nace_code": self.previous_code(len(self.sample), nace),
                "employee_count": str(employees),
                "registered_region": region,
                "flemish_establishment_count": "1",
                "contact_channel": "email",
                "contact_type": "general",
                "contact_name": "",
                "contact_email": "",
                "delivery_status": "delivered" if is_reached else "undeliverable",
                "recontact_channel": "",
                "recontact_status": "",
            }
        )
        if responds:
            self.invited.append(number)

    def make_responses(self) -> None:
        """A questionnaire of each invited enterprise, and some that are not usable."""
        self.responses = [self.questionnaire(number, number) for number in self.invited]
        again = self.questionnaire(self.invited[0], self.invited[0])
        for column in list(self.question_columns.values())[:30]:
            again[column] = ""
        empty = self.questionnaire(self.invited[1], self.invited[1])
        empty |= dict.fromkeys(self.question_columns.values(), "")
        wrong = self.questionnaire(self.invited[2], self.invited[3])
        self.responses += [again, empty, wrong]
        self.random.shuffle(self.responses)

    def questionnaire(self, invited: str, filled_in: str) -> dict[str, str]:
        """A response that answers nearly everything, whatever its base."""
        place = self.random.randrange(10**6)
        day = self.start + timedelta(days=self.random.randrange(90))
        row = {
            "response_id": f"N{place:06d}-{invited[:8]}",
            "invited_enterprise_number": invited,
            "enterprise_number": filled_in,
            "submitted_at": f"{day.isoformat()}T10:{place % 60:02d}:00",
            "response_channel": "web",
            UNREAD: f"Ask for Mr {place}",
        }
        for question, column in self.question_columns.items():
            known = self.answer_codes[question]
            # The lower a code, the rarer: some use a technology, and some use none.
            (answer,) = self.random.choices(
                known, weights=[place**2 for place in range(1, len(known) + 1)]
            )
            row[column] = "" if self.random.random() < 0.03 else answer
        return row

    def write_raw(self, raw_path: Path) -> Path:
        """Write the raw files as CSV, columns in an order of their own; returns the folder."""
        folder = raw_path / str(self.year)
        folder.mkdir(parents=True)
        for name, rows in (("sample", self.sample), ("responses", self.responses)):
            header = list(rows[0])
            random.Random(11).shuffle(header)
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return folder
