"""Answers packed by block, and what follows from a pattern, against plain loops."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.method.patterns import answered, codes_of, differing_count, packed, packed_answers

EDITION = 1
random_cases = settings(derandomize=True, deadline=None, max_examples=40)

codes_lists = st.lists(
    st.sampled_from([0, 1, 2, 3, 6, 7, 12, 99]), min_size=1, max_size=4, unique=True
).map(lambda codes: "|".join(map(str, codes)))
blocks_of_lists = st.lists(st.lists(codes_lists, min_size=1, max_size=5), min_size=1, max_size=3)


def slots_of(blocks):
    """Rows of int_question_slots for lists of codes by block, questions numbered from 11."""
    rows, number = [], 11
    for block_number, lists in enumerate(blocks, start=1):
        shift = 0
        for codes in lists:
            width = 1
            while 2**width < max(map(int, codes.split("|"))) + 2:
                width += 1
            rows.append(
                {"edition": EDITION, "question_number": number, "column_name": f"c{number}",
                 "answer_codes": codes, "block_id": f"b{block_number}",
                 "block_number": block_number, "slot_shift": shift, "slot_mask": 2**width - 1}
            )
            number, shift = number + 1, shift + width
    return rows


def pattern_of(slots, answers):
    """The pattern of {question_number: code} over the slots of one block."""
    return sum((answers[row["question_number"]] + 1) * 2 ** row["slot_shift"]
               for row in slots if row["question_number"] in answers)


def found(query, **tables):
    """Rows of a query over lists of dicts, or the Arrow tables that are given."""
    with duckdb.connect() as connection:
        for name, rows in tables.items():
            connection.register(name, rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows))
        return connection.execute(query).fetchall()


def texts(slots):
    """What may be in the cells of a questionnaire: a code, nothing, or what is no code."""
    return st.fixed_dictionaries(
        {row["column_name"]: st.sampled_from([*row["answer_codes"].split("|"), None, "98", "x", "01"])
         for row in slots}
    )


@given(blocks_of_lists, st.data())
@random_cases
def test_answers_are_packed_by_block(blocks, data):
    """Each listed code is in its slot, whatever the order of the list; an empty cell and a text
    that is none of the codes leave it empty, and the text alone is an answer to count. Questions
    of an edition that is not read have no column.
    """
    slots = slots_of(blocks)
    unread = {**slots[0], "edition": EDITION + 2, "column_name": "unread"}
    cells = data.draw(st.lists(texts(slots), min_size=1, max_size=6))
    rows = [
        {"edition": EDITION, "line_number": line, "rule_id": None, **row}
        for line, row in enumerate(cells, start=2)
    ]
    broken = {**rows[0], "line_number": 99, "rule_id": "broken"}
    other = {**rows[0], "line_number": 98, "edition": EDITION + 1}
    expected = set()
    for row in rows:
        for block_number in range(1, len(blocks) + 1):
            mine = [slot for slot in slots if slot["block_number"] == block_number]
            given_texts = {slot["question_number"]: row[slot["column_name"]] for slot in mine}
            listed = {
                slot["question_number"]: int(given_texts[slot["question_number"]])
                for slot in mine
                if given_texts[slot["question_number"]] in slot["answer_codes"].split("|")
            }
            count = sum(text is not None for text in given_texts.values())
            expected.add((EDITION, row["line_number"], block_number, pattern_of(mine, listed), count))
    schema = pa.schema(
        [("edition", pa.int16()), ("line_number", pa.int32()), ("rule_id", pa.string())]
        + [(slot["column_name"], pa.string()) for slot in slots]
    )
    table = pa.Table.from_pylist([*rows, broken, other], schema=schema)
    query = packed_answers("select * from everything", table.column_names, [*slots, unread])
    answers = found(query, everything=table)
    assert len(answers) == len(expected) and set(answers) == expected


@pytest.mark.parametrize(
    ("answer_codes", "text", "slot", "count"),
    [
        ("0|1", "0", 1, 1), ("0|1", "1", 2, 1), ("3|2|1", "3", 4, 1), ("3|2|1", "1", 2, 1),
        ("254", "254", 255, 1), ("1|2", None, 0, 0), ("1|2", "3", 0, 1), ("1|12", "2", 0, 1),
        ("1|2", " 1", 0, 1), ("2|2|1", "2", 3, 1),
    ],
)
def test_a_slot_holds_the_code_and_one(answer_codes, text, slot, count):
    """The smallest and the largest code, an empty cell, and what is not listed."""
    questions = [
        {"column_name": "a", "answer_codes": "1", "slot_shift": 0},
        {"column_name": "b", "answer_codes": answer_codes, "slot_shift": 2},
    ]
    rows = pa.table({"a": ["1"], "b": pa.array([text], pa.string())})
    query = f"select {packed(questions)}, {answered(questions)} from rows_"
    assert found(query, rows_=rows) == [(2 + 4 * slot, 1 + count)]


@given(blocks_of_lists, st.data())
@random_cases
def test_patterns_differ_in_so_many_slots(blocks, data):
    """Slots of any width, full, empty or alike, counted one by one."""
    for block_number in range(1, len(blocks) + 1):
        mine = [slot for slot in slots_of(blocks) if slot["block_number"] == block_number]
        held = [
            (data.draw(st.integers(0, slot["slot_mask"])), data.draw(st.integers(0, slot["slot_mask"])))
            for slot in mine
        ]
        first, second = (
            sum(pair[side] << slot["slot_shift"] for pair, slot in zip(held, mine, strict=True))
            for side in (0, 1)
        )
        highest = sum((slot["slot_mask"] + 1 >> 1) << slot["slot_shift"] for slot in mine)
        lower = sum((slot["slot_mask"] >> 1) << slot["slot_shift"] for slot in mine)
        query = differing_count(*(f"{number}::bigint" for number in (first, second, highest, lower)))
        assert found(f"select {query}") == [(sum(a != b for a, b in held),)]


def derive(rule, codes):
    """A derived answer from the codes of those inputs that have one."""
    hits = [position for position, code in codes.items() if code in rule["hit_codes"]]
    if rule["operation"] == "count":
        return min(len(hits), rule["max_code"])
    return min(codes.values()) if rule["operation"] == "minimum" else sum(2**place for place in hits)


@given(blocks_of_lists, st.data())
@random_cases
def test_codes_are_those_of_the_pattern(blocks, data):
    """A question has the code of its slot; a derived one what its rule makes of the inputs that
    have an answer, and no row where none has; nothing else has a row.
    """
    slots = slots_of(blocks)
    rules = [
        {
            "question_number": 101 + place,
            "operation": operation,
            "max_code": data.draw(st.integers(1, 4)),
            "hit_codes": set(data.draw(st.lists(st.sampled_from([0, 1, 2, 12]), max_size=3))),
            "inputs": data.draw(st.permutations(
                [slot["question_number"] for slot in slots if slot["block_number"] == block_number]
            )),
        }
        for place, (operation, block_number) in enumerate(
            (operation, block_number)
            for operation in ("count", "minimum", "pattern")
            for block_number in range(1, len(blocks) + 1)
        )
    ]
    patterns, expected = set(), set()
    for block_number in range(1, len(blocks) + 1):
        mine = [slot for slot in slots if slot["block_number"] == block_number]
        for _ in range(4):
            answers = {
                slot["question_number"]: code
                for slot in mine
                if (code := data.draw(st.sampled_from(
                    [*map(int, slot["answer_codes"].split("|")), None]
                ))) is not None
            }
            key = (EDITION, block_number, pattern_of(mine, answers))
            patterns.add(key)
            expected |= {(*key, number, code) for number, code in answers.items()}
            for rule in rules:
                codes = {place: answers[number] for place, number in enumerate(rule["inputs"])
                         if number in answers}
                if codes:
                    expected.add((*key, rule["question_number"], derive(rule, codes)))
    derived = pa.Table.from_pylist(
        [
            {"edition": EDITION, "question_number": rule["question_number"],
             "question_id": str(rule["question_number"]), "operation": rule["operation"],
             "max_code": rule["max_code"], "input_question_number": number,
             "input_position": place}
            for rule in rules
            for place, number in enumerate(rule["inputs"])
        ],
        pa.schema(
            [("edition", pa.int16()), ("question_number", pa.int16()), ("question_id", pa.string()),
             ("operation", pa.string()), ("max_code", pa.uint8()),
             ("input_question_number", pa.int16()), ("input_position", pa.int16())]
        ),
    )
    hits = pa.Table.from_pylist(
        [
            {"question_id": str(rule["question_number"]), "answer_code": code}
            for rule in rules
            for code in rule["hit_codes"]
        ],
        pa.schema([("question_id", pa.string()), ("answer_code", pa.uint8())]),
    )
    rows = found(
        codes_of("patterns", "slots", "derived", "hits"),
        patterns=[dict(zip(("edition", "block_number", "pattern"), key, strict=True))
                  for key in patterns],
        slots=slots, derived=derived, hits=hits,
    )
    assert len(rows) == len(expected) and set(rows) == expected


def test_a_rule_of_another_edition_derives_nothing():
    """Nor does a question whose inputs have no answer; hit codes are whole codes."""
    slots = slots_of([["0|1|12"], ["1"]])
    rule = {"question_number": 5, "question_id": "any", "operation": "count", "max_code": 1,
            "input_position": 0}
    hits = [{"question_id": "any", "answer_code": code} for code in (2, 1)]
    rules = [
        {"edition": EDITION, "input_question_number": 11, **rule},
        {"edition": EDITION, "input_question_number": 12, **rule, "question_number": 6},
        {"edition": EDITION + 1, "input_question_number": 11, **rule, "question_number": 7},
    ]
    patterns = [{"edition": EDITION, "block_number": block, "pattern": pattern}
                for block, pattern in [(1, 13), (1, 2), (2, 0)]]
    rows = found(
        codes_of("patterns", "slots", "rules", "hits"),
        patterns=patterns, slots=slots, rules=rules, hits=hits,
    )
    assert sorted(rows) == [
        (EDITION, 1, 2, 5, 1), (EDITION, 1, 2, 11, 1), (EDITION, 1, 13, 5, 0), (EDITION, 1, 13, 11, 12),
    ]
