"""A small made-up survey: its hot decks as the build draws them, and the same by plain loops."""

import hashlib
from collections import defaultdict

import duckdb
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st

from barometer.engine.sessions import DuckDBSession
from barometer.method.hot_deck import hot_decks
from barometer.method.questionnaire import NO_ANSWER
from input_checks import render

MISSING = int(NO_ANSWER)
EDITIONS = 5

QUESTIONS = [
    {"question_id": f"{block}_{number}", "block_id": block, "sort_order": order, "answer_codes": "2|1"}
    for order, (block, number) in enumerate(
        [("one", 1), ("one", 2), ("two", 1), ("two", 2), ("two", 3), ("three", 1), ("four", 1),
         ("four", 2), ("five", 1), ("six", 1)]
    )
]
QUESTION_IDS = [question["question_id"] for question in QUESTIONS]
# In another order than that of imputation, which is `sort_order`'s.
BLOCKS = [
    {"block_id": "four", "sort_order": 4, "base_id": "marked", "class_question_id": "flag"},
    {"block_id": "one", "sort_order": 1, "base_id": "everyone", "class_question_id": None},
    {"block_id": "six", "sort_order": 6, "base_id": "both", "class_question_id": None},
    {"block_id": "three", "sort_order": 3, "base_id": "flagged", "class_question_id": None},
    {"block_id": "two", "sort_order": 2, "base_id": "everyone", "class_question_id": "flag"},
    {"block_id": "five", "sort_order": 5, "base_id": "everyone", "class_question_id": "two_2"},
]
BASE_OF_BLOCK = {block["block_id"]: block["base_id"] for block in BLOCKS}
ORDER = ("one", "two", "three", "four", "five", "six")
DERIVED = [
    {"question_id": "flag", "operation": "count", "input_block_id": "one", "base_id": "everyone",
     "input_question_ids": None, "hit_codes": "1", "max_code": 1},
    {"question_id": "mark", "operation": "count", "input_block_id": None, "base_id": "everyone",
     "input_question_ids": "two_1|two_3", "hit_codes": "1", "max_code": 1},
]
BASES = [
    {"base_id": "everyone", "sort_order": 1, "question_ids": None, "answer_codes": None},
    {"base_id": "flagged", "sort_order": 2, "question_ids": "flag", "answer_codes": "1"},
    {"base_id": "marked", "sort_order": 3, "question_ids": "mark", "answer_codes": "1"},
    {"base_id": "both", "sort_order": 4, "question_ids": "mark|three_1", "answer_codes": "1|1"},
]
# The blocks that base and class question of a block follow from, written out.
NEEDED = {"one": (), "two": ("one",), "three": ("one",), "four": ("one", "two"), "five": ("two",),
          "six": ("two", "three")}

# Complete responses of every combination of what bases and classes ask for: each has a donor.
ANCHORS = [
    (0, (flag, 2, mark, second, 2, 1, 2, 1, 2, 1))
    for flag in (1, 2) for mark in (1, 2) for second in (1, 2)
]

rows = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.tuples(*[st.sampled_from([1, 2, 2, 1, MISSING])] * len(QUESTIONS)),
    ),
    max_size=40,
).map(lambda drawn: drawn + ANCHORS)
seeds = st.integers(0, 10**8)
minimums = st.integers(1, 6)
# Each case is an edition of its own, and all of them are one run.
cases_drawn = st.lists(st.tuples(rows, seeds), min_size=1, max_size=EDITIONS)
random_cases = settings(derandomize=True, deadline=None, max_examples=8)

TYPES = {
    "edition": pa.int16(), "sort_order": pa.int16(), "max_code": pa.uint8(),
    "line_number": pa.int32(), "block_number": pa.int16(), "pattern": pa.int64(),
    "stratum_number": pa.int16(), "size_class_number": pa.int16(), "imputation_seed": pa.int64(),
}


def table(rows_, columns):
    """Rows as an Arrow table, typed by the names of its columns."""
    return pa.Table.from_pylist(
        rows_, pa.schema([(name, TYPES.get(name, pa.string())) for name in columns])
    )


class Survey:
    """A questionnaire in a database of its own: the models that define it, over its seeds.

    Args:
        questions: rows of the seed of that name, with their editions.
    """

    def __init__(self, questions, blocks, derived_questions, bases):
        self.connection = duckdb.connect(config={"threads": 1})
        for name, rows_, columns in [
            ("questions", questions,
             ["edition", "column_name", "question_id", "block_id", "base_id", "answer_codes", "sort_order"]),
            ("blocks", blocks, ["block_id", "sort_order", "base_id", "class_question_id"]),
            ("derived_questions", derived_questions,
             ["question_id", "base_id", "operation", "input_block_id", "input_question_ids",
              "hit_codes", "max_code"]),
            ("bases", bases, ["base_id", "sort_order", "question_ids", "answer_codes"]),
        ]:
            self.connection.register("given", table(rows_, columns))
            self.connection.execute(f"create table {name} as from given")
        for model in ("questions_numbered", "questions_asked", "derived_inputs", "derived_codes", "questions_derived",
                      "base_conditions",
                      "question_slots"):
            self.create(f"definitions/int_{model}")
        self.slots = defaultdict(lambda: defaultdict(list))
        for edition, block, *slot in self.connection.execute(
            "select edition, block_number, question_id, slot_shift, slot_mask from int_question_slots "
            "inner join int_questions_numbered using (question_number) order by all"
        ).fetchall():
            self.slots[edition][block].append(tuple(slot))

    def create(self, model, **renders):
        """The table of a model."""
        self.connection.execute(
            f"create or replace table {model.split('/')[-1]} as {render(model, **renders)}"
        )

    def hold(self, people, editions):
        """Take in responses: the tables of those that are usable, and of what they reported.

        Args:
            people: dicts of edition, line_number, response_id, stratum and answers by question.
            editions: seeds by edition.
        """
        patterns = [
            {"edition": one["edition"], "line_number": one["line_number"], "block_number": block,
             "pattern": sum((one["answers"][question] + 1) << shift
                            for question, shift, _ in slots if question in one["answers"])}
            for one in people
            for block, slots in self.slots[one["edition"]].items()
        ]
        self.reported = {
            (row["edition"], row["line_number"], row["block_number"]): row["pattern"] for row in patterns
        }
        self.ids = {(one["edition"], one["line_number"]): one["response_id"] for one in people}
        responses = [
            {"edition": one["edition"], "line_number": one["line_number"],
             "response_id": one["response_id"], "stratum_number": one["stratum"],
             "stratum_id": f"s{one['stratum']}", "size_class_number": one["stratum"] // 2,
             "size_class_code": f"z{one['stratum'] // 2}"}
            for one in people
        ]
        for name, rows_, columns in [
            ("int_patterns_reported", patterns, ["edition", "line_number", "block_number", "pattern"]),
            ("int_responses_usable", responses,
             ["edition", "line_number", "response_id", "stratum_number", "stratum_id",
              "size_class_number", "size_class_code"]),
            ("editions", [{"edition": edition, "imputation_seed": seed}
                          for edition, seed in editions.items()], ["edition", "imputation_seed"]),
        ]:
            self.connection.register(name, table(rows_, columns))

    def draw(self, minimum_donors, replicates):
        """Draw the decks: rows of int_patterns_imputed."""
        query = hot_decks(
            DuckDBSession(self.connection),
            relations={
                name: f"select * from {relation}"
                for name, relation in {
                    "reported": "int_patterns_reported", "responses": "int_responses_usable",
                    "slots": "int_question_slots", "derived_questions": "int_questions_derived",
                    "derived_codes": "int_derived_codes",
                    "conditions": "int_base_conditions", "questions": "int_questions_numbered",
                    "blocks": "blocks", "editions": "editions",
                }.items()
            },
            minimum_donors=minimum_donors, replicate_total=replicates,
        )
        self.connection.execute(f"create or replace table int_patterns_imputed as {query}")
        return self.connection.execute("from int_patterns_imputed").to_arrow_table().to_pylist()

    def decks(self, drawn):
        """What was filled in, by edition and deck:
        {(response_id, question): (code, donor, level, distance)}.
        """
        found = defaultdict(dict)
        for row in drawn:
            edition, line, block = row["edition"], row["line_number"], row["block_number"]
            reported_pattern = self.reported[edition, line, block]
            for question, shift, mask in self.slots[edition][block]:
                code, before = (row["pattern"] >> shift & mask) - 1, reported_pattern >> shift & mask
                assert before in (0, code + 1), "a reported answer was changed"
                assert code >= 0, "a pattern is not complete"
                if not before:
                    key = (self.ids[edition, line], question)
                    donor = self.ids.get((edition, row["donor_line_number"]))
                    assert key not in found[edition, row["replicate"]]
                    found[edition, row["replicate"]][key] = (
                        code, donor, row["imputation_level"], row["donor_distance"]
                    )
        return found


def small_survey():
    """The questionnaire of this file, in editions 1 to EDITIONS."""
    return Survey(
        [
            {**question, "edition": edition, "column_name": f"q_{question['question_id']}",
             "base_id": BASE_OF_BLOCK[question["block_id"]]}
            for edition in range(1, EDITIONS + 1)
            for question in QUESTIONS
        ],
        BLOCKS, DERIVED, BASES,
    )


SURVEY = small_survey()


def people_of(responses, edition):
    """Drawn rows as what `Survey.hold` takes, in their order."""
    return [
        {"edition": edition, "line_number": place + 2, "response_id": f"r{place}", "stratum": stratum,
         "answers": {question: code for question, code in zip(QUESTION_IDS, codes, strict=True)
                     if code != MISSING}}
        for place, (stratum, codes) in enumerate(responses)
    ]


def draw(cases, minimum_donors, replicates=0, order=None):
    """The decks of cases (responses, seed): a list of {replicate: imputations} as `Survey.decks`.

    Args:
        order: a function that puts all responses in another order.
    """
    people = [
        one for edition, (responses, _) in enumerate(cases, start=1)
        for one in people_of(responses, edition)
    ]
    if order:
        order(people)
    SURVEY.hold(people, {edition: seed for edition, (_, seed) in enumerate(cases, start=1)})
    found = SURVEY.decks(SURVEY.draw(minimum_donors, replicates))
    return [
        {replicate: found[edition, replicate] for replicate in range(replicates + 1)}
        for edition in range(1, len(cases) + 1)
    ]


def run(responses, seed, minimum_donors):
    """The published deck of one case."""
    return draw([(responses, seed)], minimum_donors)[0][0]


def reported(responses):
    """Drawn rows as {response_id: {question_id: code}}, with `stratum`; no key, no answer."""
    return {
        one["response_id"]: {"stratum": one["stratum"]} | one["answers"]
        for one in people_of(responses, 1)
    }


def completed(responses, imputed):
    """`reported` with what was imputed, and the two derived questions, by rule."""
    found = reported(responses)
    for (response_id, question_id), (code, *_) in imputed.items():
        found[response_id][question_id] = code
    for row in found.values():
        derive(row)
    return found


def derive(row):
    """Add the derived questions that have an input with an answer."""
    for name, inputs in (("flag", ("one_1", "one_2")), ("mark", ("two_1", "two_3"))):
        if any(question in row for question in inputs):
            row[name] = int(1 in [row.get(question) for question in inputs])


def questions_of(block_id):
    """The questions of a block."""
    return [other for other in QUESTION_IDS if other.startswith(f"{block_id}_")]


def block_of(question_id):
    """The block of a question, and its questions."""
    block_id = question_id.split("_")[0]
    return block_id, questions_of(block_id)


def in_base(block_id, row):
    """Whether a row belongs to the base of a block."""
    return {
        "flagged": row.get("flag") == 1,
        "marked": row.get("mark") == 1,
        "both": row.get("mark") == 1 and row.get("three_1") == 1,
    }.get(BASE_OF_BLOCK[block_id], True)


def class_code(block_id, row):
    """The code of the question that splits the classes of a block, 0 where none does."""
    return row[{"two": "flag", "four": "flag", "five": "two_2"}[block_id]] if block_id in (
        "two", "four", "five"
    ) else 0


def class_of(block_id, level, row):
    """The class of a row at a level, in the words of the method."""
    place = [f"|s{row['stratum']}", f"|z{row['stratum'] // 2}", ""][level - 1]
    return f"{level}|{class_code(block_id, row)}{place}"


def digest(*parts):
    """md5 of the parts, as hexadecimal text."""
    return hashlib.md5("|".join(map(str, parts)).encode()).hexdigest()


def below(count, *parts):
    """The first 15 hexadecimal digits of the digest as a number below `count`."""
    return int(digest(*parts)[:15], 16) % count


def recompute(responses, seed, minimum_donors, deck=0):
    """Every imputation of one deck straight from the method: plain loops, a response at a time.

    In further decks the donor is left out: responses with one pattern are one donor.
    """
    raw, found, now = reported(responses), {}, reported(responses)
    for block_id in ORDER:
        questions = questions_of(block_id)
        for row in now.values():
            derive(row)
        members = {key: row for key, row in now.items() if in_base(block_id, row)}
        donors = [key for key in members if all(question in raw[key] for question in questions)]
        classes = defaultdict(list)
        for level in (1, 2, 3):
            for donor in donors:
                classes[class_of(block_id, level, now[donor])].append(donor)
        offers, cells = {}, defaultdict(list)
        for key in set(members).difference(donors):
            names = tuple(class_of(block_id, level, now[key]) for level in (1, 2, 3))
            reports = tuple(raw[key].get(question) for question in questions)
            if (names, reports) not in offers:
                offers[names, reports] = serving(key, names, classes, raw, questions, minimum_donors)
            cells[offers[names, reports], reports].append(key)
        for ((level, least, name), _), cell in cells.items():
            nearest = [donor for donor in classes[name]
                       if distance(cell[0], donor, raw, questions) == least]
            pairs = (
                further(nearest, cell, raw, seed, block_id, deck, name)
                if deck else published(nearest, cell, seed, block_id)
            )
            for key, donor in pairs:
                for question in questions:
                    if question not in raw[key]:
                        found[key, question] = (
                            raw[donor][question], None if deck else donor, level, least
                        )
        for (key, question), (code, *_) in found.items():
            now[key][question] = code
    return found


def serving(key, names, classes, raw, questions, minimum_donors):
    """Level, distance and name of the class that serves a recipient: of those with enough donors,
    and the last, the one with the nearest, and of several the finest.
    """
    least, level, name = min(
        (min(distance(key, donor, raw, questions) for donor in classes[name]), level, name)
        for level, name in enumerate(names, start=1)
        if len(classes[name]) >= minimum_donors or level == 3
    )
    return level, least, name


def distance(recipient, donor, raw, questions):
    """How many of the answers that a recipient is compared on its donor gave otherwise."""
    lacking = [question for question in questions if question not in raw[recipient]]
    together = [question for inputs in (("one_1", "one_2"), ("two_1", "two_3"))
                if set(inputs) & set(lacking) for question in inputs]
    return sum(question in raw[recipient] and raw[recipient][question] != raw[donor][question]
               for question in together or questions)


def published(donors, recipients, seed, block_id):
    """Recipients and donors of a cell, by two random orders."""
    ordered = sorted(donors, key=lambda key: digest(seed, "donor", block_id, key))
    for place, key in enumerate(
        sorted(recipients, key=lambda key: digest(seed, "recipient", block_id, key))
    ):
        yield key, ordered[place % len(ordered)]


def further(donors, recipients, raw, seed, block_id, deck, name):
    """Recipients and donors of a cell, by an approximate Bayesian bootstrap."""
    def place(key):
        moves = any(question not in raw[key]
                    for needed in NEEDED[block_id] for question in questions_of(needed))
        return moves, [raw[key][question] for question in reversed(questions_of(block_id))]

    ordered = sorted(donors, key=place)
    for key in recipients:
        slot = below(len(ordered), seed, "slot", block_id, deck, key)
        yield key, ordered[below(len(ordered), seed, "resample", block_id, deck, name, slot)]
