"""The whole method in plain loops: from raw rows and seed rows to estimates.

It reads what a build reads and shares no code with it: no SQL, nothing of `barometer`, one
element at a time where the warehouse works with counts. Slow, and meant to be read beside
the report.
"""

import hashlib
from collections import defaultdict
from math import sqrt

from helpers import codes


class PlainSurvey:
    """One edition's survey.

    Args:
        seeds: rows of each reference seed, as texts.
        edition: the edition.
        sample, responses: raw rows, as texts.
        minimum_donors: donors that a hot-deck class needs.

    Attributes:
        people: usable responses by id: stratum, answers (None where there is none), enterprise.
        weights: by stratum, final weight, sample and population weighted together.
    """

    def __init__(self, seeds, edition, sample, responses, minimum_donors):
        self.seeds, self.edition, self.minimum_donors = seeds, edition, minimum_donors
        self.questions = [r for r in seeds["questions"] if int(r["edition"]) == edition]
        self.questions.sort(key=lambda row: int(row["sort_order"]))
        self.asked = {row["question_id"] for row in self.questions}
        self.bases = {
            row["base_id"]: list(
                zip(codes(row["question_ids"]), map(int, codes(row["answer_codes"])))
            )
            for row in seeds["bases"]
        }
        self.derived = self.derived_questions()
        self.classify(sample)
        self.select(responses)
        self.impute()
        self.weigh(sample)

    def in_force(self, seed):
        """Rows of a seed that are in force in the edition."""
        return [
            row
            for row in self.seeds[seed]
            if not (row["first_edition"] and int(row["first_edition"]) > self.edition)
            and not (row["last_edition"] and int(row["last_edition"]) < self.edition)
        ]

    def derived_questions(self):
        """Rule and inputs of each derived question that the edition has."""
        found = {}
        for row in self.seeds["derived_questions"]:
            inputs = codes(row["input_question_ids"]) or [
                question["question_id"]
                for question in self.questions
                if question["block_id"] == row["input_block_id"]
            ]
            if inputs and self.asked.issuperset(inputs):
                found[row["question_id"]] = (row, inputs)
        return found

    def classify(self, sample):
        """Stratum of each sampled enterprise in scope."""
        (version,) = [
            row["nace_version"] for row in self.seeds["editions"] if int(row["edition"]) == self.edition
        ]
        prefixes = {
            row["nace_prefix"]: row["sector_code"]
            for row in self.in_force("sector_nace") if row["nace_version"] == version
        }
        self.stratum_of = {}
        for row in sample:
            fitting = [prefix for prefix in prefixes if row["nace_code"].startswith(prefix)]
            sector = prefixes[max(fitting, key=len)] if fitting else None
            size = None
            for size_class in self.in_force("size_classes"):
                highest = size_class["employee_count_max"]
                employees = int(row["employee_count"])
                if employees >= int(size_class["employee_count_min"]):
                    if not highest or employees <= int(highest):
                        size = size_class["size_class_code"]
            is_near = row["registered_region"] == "flanders" or (
                row["registered_region"] == "brussels"
                and int(row["flemish_establishment_count"]) >= 1
            )
            is_eligible = sector and size and is_near
            self.stratum_of[row["enterprise_number"]] = (sector, size) if is_eligible else None

    def select(self, responses):
        """The usable responses: the fullest of each enterprise in scope, then the latest."""
        ai_blocks = {r["block_id"] for r in self.seeds["blocks"] if r["is_ai_block"] == "true"}
        candidates = defaultdict(list)
        for row in responses:
            answers = {
                question["question_id"]:
                    int(row[question["column_name"]]) if row[question["column_name"]] else None
                for question in self.questions
            }
            answered = sum(answer is not None for answer in answers.values())
            has_ai = any(
                answers[question["question_id"]] is not None
                for question in self.questions
                if question["block_id"] in ai_blocks
            )
            invited = row["invited_enterprise_number"]
            if row["enterprise_number"] == invited and invited in self.stratum_of and has_ai:
                candidates[invited].append((answered, row["submitted_at"], row, answers))
        self.people = {}
        for invited, found in candidates.items():
            best = max(found, key=lambda candidate: candidate[:2])
            if self.stratum_of[invited]:
                self.people[best[2]["response_id"]] = {
                    "stratum": self.stratum_of[invited], "answers": best[3],
                    "enterprise": invited,
                }

    def derive(self, question_id, answers):
        """Answer to a derived question; None where an input has none."""
        row, inputs = self.derived[question_id]
        given = [answers[name] for name in inputs]
        if None in given:
            return None
        is_hit = [str(answer) in codes(row["hit_codes"]) for answer in given]
        if row["operation"] == "count":
            return min(sum(is_hit), int(row["max_code"]))
        if row["operation"] == "minimum":
            return min(given)
        return sum(2**place for place, hit in enumerate(is_hit) if hit)

    def is_in(self, base_id, answers):
        """Whether a response is in a base."""
        for question_id, code in self.bases[base_id]:
            if question_id in self.derived:
                answer = self.derive(question_id, answers)
            else:
                answer = answers.get(question_id)
            if answer != code:
                return False
        return True

    def order(self, identifiers, role, block_id):
        """Response ids in the random order of their role."""
        (seed,) = [
            row["imputation_seed"]
            for row in self.seeds["editions"]
            if int(row["edition"]) == self.edition
        ]
        return sorted(
            identifiers,
            key=lambda name: hashlib.md5(f"{seed}|{role}|{block_id}|{name}".encode()).hexdigest(),
        )

    def impute(self):
        """Fill each block from one donor, one of those that differ least from what the response
        reported beside what it lacks, of the stratum, else the size class, else the base.
        """
        self.imputed_count = 0
        for block in sorted(self.seeds["blocks"], key=lambda row: int(row["sort_order"])):
            names = [
                row["question_id"]
                for row in self.questions
                if row["block_id"] == block["block_id"]
            ]
            if not names:
                continue
            members = {
                name: person
                for name, person in self.people.items()
                if self.is_in(block["base_id"], person["answers"])
            }
            is_full = {
                name: all(person["answers"][question] is not None for question in names)
                for name, person in members.items()
            }
            donors = self.order([n for n in members if is_full[n]], "donor", block["block_id"])
            waiting = self.order(
                [n for n in members if not is_full[n]], "recipient", block["block_id"]
            )
            cells = defaultdict(list)
            for name in waiting:
                reported = tuple(self.people[name]["answers"][question] for question in names)
                cells[self.serving(members, name, donors, names, block), reported].append(name)
            donor_of = {
                name: nearest[place % len(nearest)]
                for (nearest, _), cell in cells.items()
                for place, name in enumerate(cell)
            }
            filled = {
                (name, question): self.people[donor]["answers"][question]
                for name, donor in donor_of.items()
                for question in names
                if self.people[name]["answers"][question] is None
            }
            for (name, question), answer in filled.items():
                self.people[name]["answers"][question] = answer
            self.imputed_count += len(filled)

    def serving(self, members, name, donors, names, block):
        """The donors of a response: the nearest, of the finest class that has any as near."""
        answers, offers = self.people[name]["answers"], []
        lacking = [question for question in names if answers[question] is None]
        together = {
            question
            for _, inputs in self.derived.values()
            if not set(inputs).isdisjoint(lacking)
            for question in inputs
        }
        compared = [question for question in names if question in together] or names
        for level in range(3):
            own = self.class_of(members[name], level, block)
            givers = [n for n in donors if self.class_of(members[n], level, block) == own]
            if len(givers) >= (1 if level == 2 else self.minimum_donors):
                far = {
                    giver: sum(
                        answers[question] not in (None, self.people[giver]["answers"][question])
                        for question in compared
                    )
                    for giver in givers
                }
                least = min(far.values())
                offers.append((least, level, tuple(n for n in givers if far[n] == least)))
        return min(offers)[2]

    def class_of(self, person, level, block):
        """Imputation class of a response at a level."""
        sector, size = person["stratum"]
        split = block["class_question_id"]
        return (
            [(sector, size), size, None][level],
            self.derive(split, person["answers"]) if split else None,
        )

    def weigh(self, sample):
        """Population over usable responses; an empty stratum goes to a neighbour in its sector."""
        population = {
            (row["sector_code"], row["size_class_code"]): int(row["population_count"])
            for row in self.seeds["population"]
            if int(row["edition"]) == self.edition
        }
        usable = defaultdict(int)
        for person in self.people.values():
            usable[person["stratum"]] += 1
        order = {r["size_class_code"]: int(r["sort_order"]) for r in self.in_force("size_classes")}
        self.host_of = {}
        for sector, size in population:
            hosts = [
                (order[other] > order[size], abs(order[other] - order[size]), (sector, other))
                for (of, other) in population
                if of == sector and usable[of, other]
            ]
            own = (sector, size)
            self.host_of[own] = own if usable[own] else min(hosts)[2]
        self.weights = {}
        for host in set(self.host_of.values()):
            together = [stratum for stratum, of in self.host_of.items() if of == host]
            people = sum(population[stratum] for stratum in together)
            responses = sum(usable[stratum] for stratum in together)
            self.weights[host] = (people / responses, responses, people)
        self.strata = list(population)

    def question_base(self, question_id):
        """Base that a question, asked or derived, is put to."""
        if question_id in self.derived:
            return self.derived[question_id][0]["base_id"]
        (row,) = [row for row in self.questions if row["question_id"] == question_id]
        return row["base_id"]

    def estimates(self):
        """{(indicator, base, domain, category): (estimate, standard error, base, hits,
        weighted base)}; percentages, None for an empty base.
        """
        domains = [("total", "total", self.strata)]
        for place, domain in enumerate(("sector", "size")):
            for category in dict.fromkeys(stratum[place] for stratum in self.strata):
                inside = [stratum for stratum in self.strata if stratum[place] == category]
                domains.append((domain, category, inside))
        found = {}
        for indicator in self.seeds["indicators"]:
            question = indicator["question_id"]
            if question not in self.asked and question not in self.derived:
                continue
            scores = defaultdict(list)
            for person in self.people.values():
                answers = person["answers"]
                answer = (
                    self.derive(question, answers)
                    if question in self.derived
                    else answers[question]
                )
                is_in_base = self.is_in(self.question_base(question), answers) and self.is_in(
                    indicator["base_id"], answers
                )
                is_hit = is_in_base and str(answer) in codes(indicator["hit_codes"])
                scores[person["stratum"]].append((is_in_base, is_hit))
            for domain, category, inside in domains:
                key = (indicator["indicator_id"], indicator["base_id"], domain, category)
                found[key] = self.share({stratum: scores[stratum] for stratum in inside})
        return found

    def share(self, scores):
        """Weighted share of the hits in percent, and its standard error by linearisation."""
        base = sum(self.weights[s][0] * d for s, people in scores.items() for d, _ in people)
        hits = sum(self.weights[s][0] * z for s, people in scores.items() for _, z in people)
        counts = (
            sum(d for people in scores.values() for d, _ in people),
            sum(z for people in scores.values() for _, z in people),
            base,
        )
        if not base:
            return (None, None, *counts)
        variance = 0.0
        for stratum, people in scores.items():
            if not people:
                continue
            weight, sampled, population = self.weights[stratum]
            residuals = [weight * (z - d * hits / base) / base for d, z in people]
            left = 1 - sampled / population
            if sampled == 1:
                variance += left * residuals[0] ** 2
            else:
                mean = sum(residuals) / sampled
                variance += (
                    left * sampled / (sampled - 1) * sum((r - mean) ** 2 for r in residuals)
                )
        return (100 * hits / base, 100 * sqrt(max(variance, 0.0)), *counts)
