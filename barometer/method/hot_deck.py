"""Random hot-deck imputation of item non-response, and the further decks for its variance.

Within a block one donor fills all that its recipient lacks. Donors are the usable responses
of the same edition and base with the block complete. Classes go from fine to coarse: stratum,
size class, the base as a whole; a class question of the block splits each of them. A class may
serve once it holds enough donors, the base whatever it holds.

The nearest donors serve a recipient: those that differ from it on the fewest of the answers that
it is compared on. That number is the distance. Compared are its answers to the questions of the
block that a derived question takes together with one that it lacks; where no derived question
takes any that it lacks, all its answers to the block. A recipient that gave none of these has
every donor at distance 0. The nearest come from the finest class that has donors at the least
distance; a coarser class goes before a finer one only where its donors are nearer. Recipients of
one class that gave the same answers to the same questions are a cell: they have the same D donors.

    deck 0, the published one   the donors of a cell are put in the order of
        md5(seed|donor|block_id|response_id), its recipients in that of
        md5(seed|recipient|block_id|response_id); recipient i takes donor ((i − 1) mod D) + 1:
        a random assignment without replacement
    decks 1 to M                an approximate Bayesian bootstrap of the donors comes first:
        recipient i draws slot s = md5(seed|slot|block_id|deck|response_id) mod D, and slot s
        holds donor md5(seed|resample|block_id|deck|class|s) mod D + 1 of the cell, its donors
        in the order of their patterns: first those that are in its base and class in every
        deck, then those that move. A response moves, for a block, when it lacks something in a
        block that the base or the class question follows from. A digest counts by its first 15
        hexadecimal digits. `class` is level|code of the class question, or 0, and for the first
        two levels |stratum_id or |size_class_code: cells with the same donors share a resample.

The work is SQL that DuckDB and Spark both run, on the patterns of blocks (see `patterns`):
blocks whose bases and classes follow from the same earlier blocks are done together, as a
round. What is the same in every deck is worked out once and has the deck −1. Distances are
between patterns, and of the donors of a cell only as many are ordered as it has recipients, so
that nothing grows with the product of recipients and donors.

References: Andridge and Little (2010), International Statistical Review 78, 40-64;
Kalton and Kish (1984), Communications in Statistics 13, 1919-1939;
Chen and Shao (2000), Journal of Official Statistics 16, 113-131, on nearest neighbours;
Rubin and Schenker (1986), Journal of the American Statistical Association 81, 366-374.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from barometer.method.patterns import codes_of, differing_count

# What each question of a block is taken together with by derived questions, itself included: slots
# of the block, as bits of its pattern.
TOGETHER = """
select
    slots.edition,
    slots.block_number,
    slots.slot_shift,
    bit_or(cast(mates.slot_mask as bigint) << mates.slot_shift) as together_mask
from deck_slots as slots
inner join deck_derived_questions as rules
    on slots.edition = rules.edition and slots.question_number = rules.input_question_number
inner join deck_derived_questions as inputs
    on rules.edition = inputs.edition and rules.question_number = inputs.question_number
inner join deck_slots as mates
    on
        inputs.edition = mates.edition
        and inputs.input_question_number = mates.question_number
        and slots.block_number = mates.block_number
group by slots.edition, slots.block_number, slots.slot_shift
"""

# The slots of each pattern that are empty, and those of answers that a distance counts.
MASKS = """
with

empty as (
    select
        patterns.edition, patterns.block_number, patterns.pattern,
        bit_or(cast(slots.slot_mask as bigint) << slots.slot_shift) as block_mask,
        bit_or(
            case
                when ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) > 0 then 0
                else cast(slots.slot_mask as bigint) << slots.slot_shift
            end
        ) as missing_mask,
        bit_or(
            case
                when ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) > 0 then 0
                else coalesce(together.together_mask, 0)
            end
        ) as wanted_mask
    from (select distinct edition, block_number, pattern from deck_reported) as patterns
    inner join deck_slots as slots
        on patterns.edition = slots.edition and patterns.block_number = slots.block_number
    left join deck_together as together
        on
            slots.edition = together.edition
            and slots.block_number = together.block_number
            and slots.slot_shift = together.slot_shift
    group by patterns.edition, patterns.block_number, patterns.pattern
),

wanted as (
    select *, case when wanted_mask = 0 then block_mask else wanted_mask end as counted_mask
    from empty
)

select
    edition, block_number, pattern, missing_mask,
    counted_mask - (counted_mask & missing_mask) as compared_mask
from wanted
"""

# The slots of a block, all at once: the highest bit of each, and the bits below it.
LAYOUTS = """
select
    edition,
    block_number,
    cast(sum(((cast(slot_mask as bigint) + 1) >> 1) << slot_shift) as bigint) as highest_bits,
    cast(sum((cast(slot_mask as bigint) >> 1) << slot_shift) as bigint) as lower_bits
from deck_slots
group by edition, block_number
"""


@dataclass(frozen=True)
class Plan:
    """A block of one edition, and what its donors and recipients have to be.

    `conditions` are question_number and answer_code of the base, all of which hold;
    `needed_blocks` those whose answers the base and the class follow from.
    """

    edition: int
    block_id: str
    block_number: int
    base_id: str
    conditions: tuple[tuple[int, int], ...]
    class_question_number: int | None
    needed_blocks: frozenset[int]

    @property
    def questions(self) -> set[int]:
        """Questions that decide on the base and on the class."""
        asked = {question for question, _ in self.conditions}
        return asked | {self.class_question_number} - {None}


class Session(Protocol):
    """What the hot deck asks of an engine; those of `barometer.engine.sessions` and `.spark` have it.

    What is kept has names that begin with `deck_`.
    """

    def keep(self, name: str, query: str) -> None:
        """Keep the result of a query by a name, in the place of what had it before."""

    def rows(self, query: str) -> list[tuple]:
        """Rows of a small query."""


def hot_decks(
    session: Session, relations: dict[str, str], minimum_donors: int, replicate_total: int
) -> str:
    """Fill every answer that is missing inside its base, in deck 0 and in the further decks.

    Args:
        relations: queries by name: `reported` (edition, line_number, block_number, pattern of
            usable responses), `responses` (edition, line_number, response_id, stratum_number,
            stratum_id, size_class_number, size_class_code), `slots`, `derived_questions`,
            `derived_codes`, `conditions`, `questions` (the models int_question_slots,
            int_questions_derived, int_derived_codes, int_base_conditions,
            int_questions_numbered), `blocks`, `editions` (the seeds).
        minimum_donors: a class of any level but the last may serve once it holds this many
            donors.
        replicate_total: how many further decks.

    Returns:
        A query of replicate, edition, line_number, block_number, pattern (complete),
        donor_line_number and class_code, the code of the class question or 0 (both null in
        further decks), imputation_level, and donor_distance, how many of the answers that the
        response gave to the block its donor gave otherwise: one row a deck and block that a
        response lacked something in.

    Raises:
        LookupError: a recipient without a donor; names edition, block and base.
    """
    for name, query in relations.items():
        session.keep(f"deck_{name}", query)
    session.keep("deck_together", TOGETHER)
    session.keep("deck_masks", MASKS)
    session.keep("deck_layouts", LAYOUTS)
    session.keep("deck_replicates", f"select unnest(generate_series(0, {replicate_total})) as replicate")
    plans, tables = plans_of(session), []
    for number, ready in enumerate(rounds(plans), start=1):
        session.keep("deck_status", status(session, ready, tables))
        session.keep("deck_people", people(ready))
        session.keep("deck_groups", GROUPS)
        session.keep("deck_classes", classes(minimum_donors))
        refuse_without_donor(session, plans)
        session.keep("deck_nearest", NEAREST)
        session.keep("deck_cells", CELLS)
        session.keep("deck_recipients", RECIPIENTS)
        session.keep(f"deck_filled_{number}", f"({PUBLISHED}) union all ({FURTHER})")
        tables.append(f"deck_filled_{number}")
    return filled(tables)


def plans_of(session: Session) -> list[Plan]:
    """What each block of each edition needs, in the order of editions and blocks."""
    conditions: dict[str, tuple] = {}
    for base_id, *condition in session.rows(
        "select base_id, question_number, answer_code from deck_conditions "
        "where question_number is not null order by base_id, question_number, answer_code"
    ):
        conditions[base_id] = (*conditions.get(base_id, ()), tuple(condition))
    sources: dict[tuple, set] = {}
    for edition, question, block in session.rows(
        """
        select edition, question_number, block_number from deck_slots
        union
        select rules.edition, rules.question_number, slots.block_number
        from deck_derived_questions as rules
        inner join deck_slots as slots
            on
                rules.edition = slots.edition
                and rules.input_question_number = slots.question_number
        """
    ):
        sources.setdefault((edition, question), set()).add(block)
    plans = [
        Plan(*row[:4], conditions.get(row[3], ()), row[4], frozenset())
        for row in session.rows(
            """
            select distinct
                slots.edition, blocks.block_id, slots.block_number, blocks.base_id,
                questions.question_number
            from deck_slots as slots
            inner join deck_blocks as blocks on slots.block_id = blocks.block_id
            left join deck_questions as questions
                on blocks.class_question_id = questions.question_id
            order by slots.edition, slots.block_number
            """
        )
    ]
    return [
        replace(
            plan,
            needed_blocks=frozenset().union(
                *(sources.get((plan.edition, question), ()) for question in plan.questions)
            ),
        )
        for plan in plans
    ]


def rounds(plans: list[Plan]) -> list[list[Plan]]:
    """Plans that can be done together, in order: each needs blocks of earlier rounds alone.

    Raises:
        LookupError: blocks whose bases or classes follow from themselves.
    """
    waiting, done, found = list(plans), set(), []
    while waiting:
        held_back = {plan.block_number for plan in waiting if not plan.needed_blocks <= done}
        ready = [plan for plan in waiting if plan.block_number not in held_back]
        if not ready:
            raise LookupError(
                f"seeds/reference/blocks.csv, block {waiting[0].block_id}: found a base or a class "
                "question that follows from the block itself; expected one that follows from others"
            )
        found.append(ready)
        waiting = [plan for plan in waiting if plan.block_number in held_back]
        done |= {plan.block_number for plan in ready}
    return found


def numbers(values) -> str:
    """Whole numbers as a list in SQL; one that is no number of anything where there is none."""
    return ", ".join(map(str, sorted(values))) or "-1"


def filled(tables: list[str]) -> str:
    """A query of what the rounds so far filled in."""
    return " union all ".join(f"select * from {name}" for name in tables) or NOTHING


def status(session: Session, plans: list[Plan], tables: list[str]) -> str:
    """Codes that decide on bases and classes: a row a response where they rest on what it
    reported, a row a deck where it lacks some of that, and in which blocks it does.
    """
    questions = set().union(*(plan.questions for plan in plans))
    blocks = set().union(*(plan.needed_blocks for plan in plans))
    if not questions:
        return "select edition, line_number, -1 as replicate from deck_responses"
    session.keep("deck_known", KNOWN.format(filled=filled(tables), blocks=numbers(blocks)))
    session.keep(
        "deck_known_codes",
        codes_of(
            "(select distinct edition, block_number, pattern from deck_known)",
            "deck_slots", "deck_derived_questions", "deck_derived_codes",
        ),
    )
    columns = [
        f"max(case when codes.question_number = {question} then codes.answer_code end) "
        f"as code_{question}"
        for question in sorted(questions)
    ] + [
        f"max(case when known.block_number = {block} and known.is_lacking then 1 else 0 end) "
        f"as lacks_{block}"
        for block in sorted(blocks)
    ]
    return f"""
    select
        responses.edition, responses.line_number, coalesce(known.replicate, -1) as replicate,
        {", ".join(columns)}
    from deck_responses as responses
    left join deck_known as known
        on
            responses.edition = known.edition
            and responses.line_number = known.line_number
    left join deck_known_codes as codes
        on
            known.edition = codes.edition
            and known.block_number = codes.block_number
            and known.pattern = codes.pattern
            and codes.question_number in ({numbers(questions)})
    group by responses.edition, responses.line_number, coalesce(known.replicate, -1)
    """


# What is known of these blocks: a row a deck of a response that lacks something in any of them.
KNOWN = """
with

filled as ({filled}),

reported as (
    select
        reported.edition, reported.line_number, reported.block_number, reported.pattern,
        masks.missing_mask > 0 as is_lacking
    from deck_reported as reported
    inner join deck_masks as masks
        on
            reported.edition = masks.edition
            and reported.block_number = masks.block_number
            and reported.pattern = masks.pattern
    where reported.block_number in ({blocks})
),

moving as (select distinct edition, line_number from reported where is_lacking)

select
    reported.edition, reported.line_number, -1 as replicate, reported.block_number,
    reported.pattern, reported.is_lacking
from reported
left join moving
    on reported.edition = moving.edition and reported.line_number = moving.line_number
where moving.line_number is null

union all

select
    moved.edition, moved.line_number, moved.replicate, moved.block_number,
    coalesce(filled.pattern, moved.pattern) as pattern, moved.is_lacking
from (
    select reported.*, replicates.replicate
    from reported
    inner join moving
        on reported.edition = moving.edition and reported.line_number = moving.line_number
    cross join deck_replicates as replicates
) as moved
left join filled
    on
        moved.edition = filled.edition
        and moved.line_number = filled.line_number
        and moved.block_number = filled.block_number
        and moved.replicate = filled.replicate
"""


def people(plans: list[Plan]) -> str:
    """Who is in the base of each block of a round, in which decks, and what they lack.

    A response has one row, of deck −1, in a block for which it does not move.
    """
    by_block = {plan.block_number: plan for plan in plans}
    moves = " ".join(
        f"when reported.edition = {plan.edition} and reported.block_number = {plan.block_number} "
        f"then {' + '.join(f'status.lacks_{block}' for block in sorted(plan.needed_blocks))} > 0"
        for plan in plans
        if plan.needed_blocks
    )
    moves = f"coalesce(case {moves} end, false)" if moves else "false"
    in_base = " ".join(
        f"when {number} then "
        + (" and ".join(f"status.code_{question} = {code}" for question, code in plan.conditions)
           or "true")
        for number, plan in by_block.items()
    )
    classes = " ".join(
        f"when {number} then status.code_{plan.class_question_number}"
        for number, plan in by_block.items()
        if plan.class_question_number is not None
    )
    class_code = f"coalesce(case reported.block_number {classes} end, 0)" if classes else "0"
    return f"""
    select
        reported.edition, reported.block_number, reported.line_number,
        case when {moves} then status.replicate else -1 end as replicate,
        responses.stratum_number, responses.size_class_number,
        {class_code} as class_code,
        reported.pattern, masks.missing_mask
    from deck_reported as reported
    inner join deck_status as status
        on reported.edition = status.edition and reported.line_number = status.line_number
    inner join deck_responses as responses
        on reported.edition = responses.edition and reported.line_number = responses.line_number
    inner join deck_masks as masks
        on
            reported.edition = masks.edition
            and reported.block_number = masks.block_number
            and reported.pattern = masks.pattern
    where
        reported.block_number in ({numbers(by_block)})
        and (case reported.block_number {in_base} end)
        and (status.replicate in (-1, 0) or {moves})
    """


# How many responses have each pattern, by stratum: what is the same in every deck has the deck −1.
GROUPS = """
select
    edition, block_number, class_code, stratum_number, size_class_number, replicate, pattern,
    missing_mask, count(*) as response_count
from deck_people
group by
    edition, block_number, class_code, stratum_number, size_class_number, replicate, pattern,
    missing_mask
"""


def classes(minimum_donors: int) -> str:
    """The classes that may serve the recipients of each stratum in each deck."""
    return f"""
    with

    lacking as (
        select distinct edition, block_number, class_code, stratum_number, size_class_number
        from deck_groups
        where missing_mask > 0
    ),

    counted as (
        select
            lacking.edition, lacking.block_number, lacking.class_code, lacking.stratum_number,
            lacking.size_class_number, replicates.replicate,
            sum(case when donors.stratum_number = lacking.stratum_number
                then donors.donor_count else 0 end) as donors_1,
            sum(case when donors.size_class_number = lacking.size_class_number
                then donors.donor_count else 0 end) as donors_2,
            sum(coalesce(donors.donor_count, 0)) as donors_3
        from lacking
        cross join deck_replicates as replicates
        left join (
            select edition, block_number, class_code, stratum_number, size_class_number,
                replicate, sum(response_count) as donor_count
            from deck_groups
            where missing_mask = 0
            group by
                edition, block_number, class_code, stratum_number, size_class_number, replicate
        ) as donors
            on
                lacking.edition = donors.edition
                and lacking.block_number = donors.block_number
                and lacking.class_code = donors.class_code
                and donors.replicate in (-1, replicates.replicate)
        group by
            lacking.edition, lacking.block_number, lacking.class_code, lacking.stratum_number,
            lacking.size_class_number, replicates.replicate
    ),

    levels as (select 1 as class_level union all select 2 union all select 3),

    levelled as (
        select counted.*, levels.class_level
        from counted
        cross join levels
        where
            case levels.class_level
                when 1 then counted.donors_1 >= {minimum_donors}
                when 2 then counted.donors_2 >= {minimum_donors}
                else true
            end
    ),

    named as (
        select
            levelled.edition, levelled.block_number, levelled.class_code,
            levelled.stratum_number, levelled.replicate, levelled.class_level,
            case levelled.class_level
                when 1 then levelled.stratum_number
                when 2 then levelled.size_class_number
                else 0
            end as class_number,
            levelled.donors_3 = 0 as is_empty,
            cast(levelled.class_level as varchar) || '|' || cast(levelled.class_code as varchar)
            || case levelled.class_level
                when 1 then '|' || strata.stratum_id
                when 2 then '|' || strata.size_class_code
                else ''
            end as class_name
        from levelled
        inner join (
            select distinct edition, stratum_number, stratum_id, size_class_code
            from deck_responses
        ) as strata
            on
                levelled.edition = strata.edition
                and levelled.stratum_number = strata.stratum_number
    )

    -- A class by one whole number.
    select
        *,
        (((cast(edition as bigint) * 256 + block_number) * 256 + class_code) * 4 + class_level)
        * 65536 + class_number as class_id
    from named
    """


def refuse_without_donor(session: Session, plans: list[Plan]) -> None:
    """Raise LookupError for the first block in which a recipient has no donor."""
    unserved = session.rows(
        f"""
        select people.edition, people.block_number, classes.replicate, count(*)
        from deck_people as people
        inner join deck_classes as classes on {OF_CLASS}
        where people.missing_mask > 0 and classes.class_level = 3 and classes.is_empty
        group by people.edition, people.block_number, classes.replicate
        order by people.edition, people.block_number, classes.replicate
        """
    )
    if unserved:
        edition, block_number, _, count = unserved[0]
        plan = next(
            plan for plan in plans
            if (plan.edition, plan.block_number) == (edition, block_number)
        )
        raise LookupError(
            f"edition {edition}, block {plan.block_id}, base {plan.base_id}: found {count} "
            "responses with a missing answer and no donor; expected at least one response of "
            "the same base with the block complete"
        )


# A recipient's classes, in each deck that it is in.
OF_CLASS = """
    people.edition = classes.edition
    and people.block_number = classes.block_number
    and people.class_code = classes.class_code
    and people.stratum_number = classes.stratum_number
    and people.replicate in (-1, classes.replicate)
"""

# The classes that may serve somebody, each once.
CLASSES = """
    select distinct class_id, edition, block_number, class_code, class_level, class_number
    from deck_classes
"""

# A donor's class, at each level that serves somebody.
SERVES = """
    people.edition = served.edition
    and people.block_number = served.block_number
    and people.class_code = served.class_code
    and served.class_number = case served.class_level
        when 1 then people.stratum_number
        when 2 then people.size_class_number
        else 0
    end
"""

# What the draws of a block are made of beside the response.
SEEDS = """
    select distinct slots.edition, slots.block_number, slots.block_id, editions.imputation_seed as seed
    from deck_slots as slots
    inner join deck_editions as editions on slots.edition = editions.edition
"""

# The nearest patterns of donors, those of every deck (−1) and those of one by themselves, for
# each class and pattern of recipients; places are in the order of the donors' patterns.
NEAREST = f"""
with

patterns as (
    select distinct
        classes.class_id, people.edition, people.block_number, people.pattern,
        masks.compared_mask
    from deck_groups as people
    inner join deck_classes as classes on {OF_CLASS}
    inner join deck_masks as masks
        on
            people.edition = masks.edition
            and people.block_number = masks.block_number
            and people.pattern = masks.pattern
    where people.missing_mask > 0
),

served as ({CLASSES}),

donors as (
    select
        served.class_id, people.replicate, people.pattern,
        cast(sum(people.response_count) as bigint) as donor_count
    from deck_groups as people
    inner join served on {SERVES}
    where people.missing_mask = 0
    group by served.class_id, people.replicate, people.pattern
),

measured as (
    select
        patterns.class_id, patterns.pattern, donors.replicate, donors.pattern as donor_pattern,
        donors.donor_count,
        {differing_count(
            "patterns.pattern & patterns.compared_mask",
            "donors.pattern & patterns.compared_mask",
            "layouts.highest_bits", "layouts.lower_bits",
        )} as distance
    from patterns
    inner join donors on patterns.class_id = donors.class_id
    inner join deck_layouts as layouts
        on
            patterns.edition = layouts.edition
            and patterns.block_number = layouts.block_number
),

compared as (
    select *,
        min(distance) over (partition by class_id, pattern, replicate) as least_distance
    from measured
)

select
    class_id, pattern, replicate, donor_pattern, distance, donor_count,
    cast(sum(donor_count) over (
        partition by class_id, pattern, replicate
        order by donor_pattern
        rows between unbounded preceding and current row
    ) as bigint) as last_place
from compared
where distance = least_distance
"""

# The class that serves each pattern of recipients of each stratum, in each deck: the finest of those
# whose donors are nearest; how far these are, how many, and how many of them it has in every deck.
CELLS = f"""
with

donors as (
    select
        class_id, pattern, replicate, distance,
        cast(sum(donor_count) as bigint) as donor_count
    from deck_nearest
    group by class_id, pattern, replicate, distance
),

offered as (
    select distinct
        classes.replicate, people.edition, people.block_number, people.class_code,
        people.stratum_number, people.pattern, classes.class_id, classes.class_level,
        classes.class_name
    from deck_groups as people
    inner join deck_classes as classes on {OF_CLASS}
    where people.missing_mask > 0
),

compared as (
    select
        offered.*, donors.distance, donors.donor_count,
        case when donors.replicate = -1 then donors.donor_count else 0 end as fixed_count,
        min(donors.distance) over (
            partition by
                offered.replicate, offered.edition, offered.block_number, offered.class_code,
                offered.stratum_number, offered.pattern
        ) as least_distance
    from offered
    inner join donors
        on
            offered.class_id = donors.class_id
            and offered.pattern = donors.pattern
            and donors.replicate in (-1, offered.replicate)
),

nearest as (
    select *,
        min(class_level) over (
            partition by replicate, edition, block_number, class_code, stratum_number, pattern
        ) as finest_level
    from compared
    where distance = least_distance
)

select
    replicate, edition, block_number, class_code, stratum_number, pattern, class_id, class_level,
    class_name, distance,
    cast(sum(donor_count) as bigint) as donor_count,
    cast(sum(fixed_count) as bigint) as fixed_count
from nearest
where class_level = finest_level
group by
    replicate, edition, block_number, class_code, stratum_number, pattern, class_id, class_level,
    class_name, distance
"""

# Who lacks something, in each deck, with the class that serves it.
RECIPIENTS = f"""
select
    classes.replicate, people.edition, people.block_number, people.line_number, people.pattern,
    people.missing_mask, people.class_code, classes.class_id, classes.class_level,
    classes.class_name, classes.distance, classes.donor_count, classes.fixed_count
from deck_people as people
inner join deck_cells as classes on {OF_CLASS} and people.pattern = classes.pattern
where people.missing_mask > 0
"""

# Deck 0: recipients and donors of a cell in two random orders. Of the donors with one pattern
# only as many can serve as the cell has recipients.
PUBLISHED = f"""
with

seeds as ({SEEDS}),

recipients as (
    select
        people.edition, people.block_number, people.line_number, people.pattern,
        people.missing_mask, people.class_code, people.class_id, people.class_level,
        people.distance,
        (row_number() over (
            partition by people.class_id, people.pattern
            order by md5(cast(seeds.seed as varchar) || '|recipient|' || seeds.block_id || '|'
                || responses.response_id)
        ) - 1) % people.donor_count + 1 as place
    from deck_recipients as people
    inner join seeds
        on people.edition = seeds.edition and people.block_number = seeds.block_number
    inner join deck_responses as responses
        on people.edition = responses.edition and people.line_number = responses.line_number
    where people.replicate = 0
),

cells as (
    select class_id, pattern, distance, count(*) as recipient_count
    from recipients
    group by class_id, pattern, distance
),

nearest as (
    select distinct
        cells.class_id, cells.pattern, cells.recipient_count, nearest.donor_pattern
    from cells
    inner join deck_nearest as nearest
        on
            cells.class_id = nearest.class_id
            and cells.pattern = nearest.pattern
            and cells.distance = nearest.distance
            and nearest.replicate in (-1, 0)
),

served as (
    select
        classes.class_id, classes.edition, classes.block_number, classes.class_code,
        classes.class_level, classes.class_number, found.donor_pattern
    from ({CLASSES}) as classes
    inner join (select distinct class_id, donor_pattern from nearest) as found
        on classes.class_id = found.class_id
),

donors as (
    select
        class_id, pattern, line_number, digest,
        row_number() over (partition by class_id, pattern order by digest) as place
    from (
        select
            served.class_id, people.pattern, people.line_number,
            md5(cast(seeds.seed as varchar) || '|donor|' || seeds.block_id || '|'
                || responses.response_id) as digest
        from deck_people as people
        inner join served on {SERVES} and people.pattern = served.donor_pattern
        inner join seeds
            on people.edition = seeds.edition and people.block_number = seeds.block_number
        inner join deck_responses as responses
            on people.edition = responses.edition and people.line_number = responses.line_number
        where people.missing_mask = 0 and people.replicate in (-1, 0)
    ) as people
),

placed as (
    select
        nearest.class_id, nearest.pattern, donors.line_number, donors.pattern as donor_pattern,
        row_number() over (
            partition by nearest.class_id, nearest.pattern order by donors.digest
        ) as place
    from nearest
    inner join donors
        on
            nearest.class_id = donors.class_id
            and nearest.donor_pattern = donors.pattern
            and donors.place <= nearest.recipient_count
)

select
    cast(0 as smallint) as replicate,
    cast(recipients.edition as smallint) as edition,
    cast(recipients.line_number as integer) as line_number,
    cast(recipients.block_number as smallint) as block_number,
    recipients.pattern | (placed.donor_pattern & recipients.missing_mask) as pattern,
    cast(placed.line_number as integer) as donor_line_number,
    cast(recipients.class_code as smallint) as class_code,
    cast(recipients.class_level as tinyint) as imputation_level,
    cast(recipients.distance as tinyint) as donor_distance
from recipients
inner join placed
    on
        recipients.class_id = placed.class_id
        and recipients.pattern = placed.pattern
        and recipients.place = placed.place
"""

# A digest as a whole number below D.
BELOW = "cast('0x' || substr(md5({text}), 1, 15) as bigint) % {count}"

# Further decks: the pattern at the place that each recipient draws from the resample of its cell.
FURTHER = f"""
with

seeds as ({SEEDS}),

slots as (
    select
        people.replicate, people.edition, people.block_number, people.line_number,
        people.pattern, people.missing_mask, people.class_id, people.class_level,
        people.distance, people.donor_count, people.fixed_count,
        cast(seeds.seed as varchar) || '|resample|' || seeds.block_id || '|'
        || cast(people.replicate as varchar) || '|' || people.class_name || '|' as resample,
        {BELOW.format(
            text="cast(seeds.seed as varchar) || '|slot|' || seeds.block_id || '|' "
            "|| cast(people.replicate as varchar) || '|' || responses.response_id",
            count="people.donor_count",
        )} as slot
    from deck_recipients as people
    inner join seeds
        on people.edition = seeds.edition and people.block_number = seeds.block_number
    inner join deck_responses as responses
        on people.edition = responses.edition and people.line_number = responses.line_number
    where people.replicate > 0
),

wanted as (
    select *,
        {BELOW.format(text="resample || cast(slot as varchar)", count="donor_count")} + 1 as place
    from slots
),

-- Beyond the donors of every deck come those of this one.
placed as (
    select *,
        case when place <= fixed_count then -1 else replicate end as donor_replicate,
        case when place <= fixed_count then place else place - fixed_count end as donor_place
    from wanted
)

select
    cast(placed.replicate as smallint) as replicate,
    cast(placed.edition as smallint) as edition,
    cast(placed.line_number as integer) as line_number,
    cast(placed.block_number as smallint) as block_number,
    placed.pattern | (nearest.donor_pattern & placed.missing_mask) as pattern,
    cast(null as integer) as donor_line_number,
    cast(null as smallint) as class_code,
    cast(placed.class_level as tinyint) as imputation_level,
    cast(placed.distance as tinyint) as donor_distance
from placed
inner join deck_nearest as nearest
    on
        placed.class_id = nearest.class_id
        and placed.pattern = nearest.pattern
        and placed.donor_replicate = nearest.replicate
        and placed.donor_place > nearest.last_place - nearest.donor_count
        and placed.donor_place <= nearest.last_place
"""

NOTHING = """
select
    cast(0 as smallint) as replicate, cast(0 as smallint) as edition,
    cast(0 as integer) as line_number, cast(0 as smallint) as block_number,
    cast(0 as bigint) as pattern, cast(null as integer) as donor_line_number,
    cast(null as smallint) as class_code, cast(0 as tinyint) as imputation_level,
    cast(0 as tinyint) as donor_distance
where false
"""
