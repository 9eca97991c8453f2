"""Answers packed by block: a response's answers to a block are one whole number, its pattern.

A slot of the pattern holds a question's code + 1, and 0 for no answer (see the model
`int_question_slots`). Responses share few patterns, so that whatever follows from answers is
worked out once a pattern and not once a response. All here is SQL that DuckDB and Spark both
run; relations are named by their SQL.
"""


def packed(questions: list[dict]) -> str:
    """The pattern of one block as an expression over the columns of a raw file.

    A text that is none of the question's codes leaves its slot empty: the input checks stop
    the build for it.

    Args:
        questions: column_name, answer_codes (text, separated by `|`), slot_shift of each
            question of the block.
    """
    slots = []
    for question in questions:
        codes = " ".join(
            f"when '{code}' then {(int(code) + 1) << question['slot_shift']}"
            for code in sorted(set(question["answer_codes"].split("|")), key=int)
        )
        slots.append(f"cast(case {question['column_name']} {codes} else 0 end as bigint)")
    return " + ".join(slots)


def answered(questions: list[dict]) -> str:
    """How many questions of one block have an answer, as such an expression."""
    return " + ".join(
        f"case when {question['column_name']} is null then 0 else 1 end" for question in questions
    )


def differing_count(first: str, second: str, highest_bits: str, lower_bits: str) -> str:
    """How many slots two patterns of a block differ in, as an expression.

    A slot that is not 0 has its highest bit set once its lower bits were added to (Lamport 1975,
    Communications of the ACM 18, 471-475): the slots of a block are looked at in one step.

    Args:
        first, second: the two patterns.
        highest_bits, lower_bits: the highest bit of every slot of the block, and all others.
    """
    differing = f"((({first}) | ({second})) - (({first}) & ({second})))"
    return (
        f"bit_count(((({differing} & {lower_bits}) + {lower_bits}) | {differing}) & {highest_bits})"
    )


def codes_of(patterns: str, slots: str, derived_questions: str, derived_codes: str) -> str:
    """SQL: the code of each question in each pattern, asked or derived.

    Args:
        patterns: distinct edition, block_number, pattern.
        slots: the model `int_question_slots`.
        derived_questions: the model `int_questions_derived`.
        derived_codes: the model `int_derived_codes`.

    Returns:
        A query of edition, block_number, pattern, question_number, answer_code. A question
        without an answer has no row, and so has a derived one none of whose inputs has any.
    """
    return f"""
    with

    asked as (

        select
            patterns.edition,
            patterns.block_number,
            patterns.pattern,
            slots.question_number,
            cast(((patterns.pattern >> slots.slot_shift) & slots.slot_mask) - 1 as smallint)
                as answer_code

        from {patterns} as patterns

        inner join {slots} as slots
            on
                patterns.edition = slots.edition
                and patterns.block_number = slots.block_number

        where ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) > 0

    ),

    inputs as (

        select
            asked.*,
            rules.question_number as derived_question_number,
            rules.operation,
            rules.max_code,
            rules.input_position,
            hits.answer_code is not null as is_hit

        from asked

        inner join {derived_questions} as rules
            on
                asked.edition = rules.edition
                and asked.question_number = rules.input_question_number

        left join {derived_codes} as hits
            on
                rules.question_id = hits.question_id
                and asked.answer_code = hits.answer_code

    ),

    derived as (

        select
            edition,
            block_number,
            pattern,
            derived_question_number as question_number,
            cast(
                case operation
                    when 'count' then least(sum(case when is_hit then 1 else 0 end), max_code)
                    when 'minimum' then min(answer_code)
                    when 'pattern' then sum(case when is_hit then 1 << input_position else 0 end)
                end as smallint
            ) as answer_code

        from inputs

        group by
            edition, block_number, pattern, derived_question_number, operation, max_code

    )

    select * from asked
    union all
    select * from derived
    """


def packed_answers(responses: str, columns: list[str], slots: list[dict]) -> str:
    """SQL: the pattern of each block of each questionnaire that could be read.

    Args:
        responses: a query of `raw_responses`: edition, line_number, rule_id, and the questions
            of the editions that are read.
        columns: its columns. A question without one is of an edition that is not read.
        slots: rows of `int_question_slots`.

    Returns:
        A query of edition, line_number, block_number, pattern and answered_count, how many
        questions of the block have a text: one row a questionnaire and block.
    """
    blocks: dict[tuple, list] = {}
    for slot in slots:
        if slot["column_name"] in columns:
            blocks.setdefault((slot["edition"], slot["block_number"]), []).append(slot)
    selects = [
        f"""
        select
            edition,
            line_number,
            cast({block_number} as smallint) as block_number,
            {packed(questions)} as pattern,
            cast({answered(questions)} as smallint) as answered_count
        from ({responses}) as raw_responses
        where rule_id is null and edition = {edition}
        """
        for (edition, block_number), questions in sorted(blocks.items())
    ]
    nothing = """
        select
            cast(null as smallint) as edition, cast(null as integer) as line_number,
            cast(null as smallint) as block_number, cast(null as bigint) as pattern,
            cast(null as smallint) as answered_count
        where false
    """
    return " union all ".join([nothing, *selects])
