"""Counts of every indicator under further hot decks: what the imputation variance is made of.

Replicate 0 is the published hot deck, counted here as the warehouse counts it in SQL; a
data test holds the two together. Replicates 1 and on are independent further decks, each
preceded by an approximate Bayesian bootstrap of the donors (see `hot_deck`). Only counts
leave this module: they are all that changes from one deck to the next.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from barometer.method.hot_deck_on_arrays import Bootstrap, bootstrap_keys, complete
from barometer.method.imputation import wide_answers
from barometer.method.questionnaire import NO_ANSWER, Answers, Questionnaire, split

COUNTS_SCHEMA = pa.schema(
    [
        ("edition", pa.int16()),
        ("replicate", pa.int16()),
        ("stratum_number", pa.int16()),
        ("indicator_id", pa.string()),
        ("base_id", pa.string()),
        ("base_count", pa.int32()),
        ("hit_count", pa.int32()),
    ]
)


def replicate_counts(
    answers: pa.Table,
    responses: pa.Table,
    editions: pa.Table,
    questions: pa.Table,
    question_bases: pa.Table,
    blocks: pa.Table,
    derived_questions: pa.Table,
    bases: pa.Table,
    indicators: pa.Table,
    minimum_donors: int,
    replicate_total: int,
) -> pa.Table:
    """Base and hits of each indicator, by stratum, under each hot deck.

    Args:
        answers, responses, editions, questions, blocks, derived_questions, bases,
            minimum_donors: as in `imputation.donated_answers`.
        question_bases: edition, question_id, base_id and answer_codes of every question,
            derived ones included, which have no answer_codes.
        indicators: indicator_id, base_id, question_id, hit_codes.
        replicate_total: how many further hot decks.

    Returns:
        One row an edition, replicate, stratum with responses and indicator of the edition,
        schema `COUNTS_SCHEMA`, in the order of its first columns.

    Raises:
        LookupError: a base without any donor; names edition, block and base.
    """
    seeds = {row["edition"]: row["imputation_seed"] for row in editions.to_pylist()}
    tables = [COUNTS_SCHEMA.empty_table()]
    for edition in sorted(pc.unique(responses["edition"]).to_pylist()):
        of_edition = pc.field("edition") == edition
        asked = questions.filter(of_edition).to_pylist()
        people = responses.filter(of_edition).sort_by("response_key")
        questions_of_edition = question_bases.filter(of_edition).to_pylist()
        base_of = {row["question_id"]: row["base_id"] for row in questions_of_edition}
        offered = {row["question_id"]: row["answer_codes"] for row in questions_of_edition}
        tables += edition_counts(
            wide_answers(
                answers.filter(of_edition),
                people["response_key"].to_numpy(),
                {row["question_id"]: row["question_number"] for row in asked},
            ),
            people,
            Questionnaire.from_rows(
                asked, blocks.to_pylist(), derived_questions.to_pylist(), bases.to_pylist()
            ),
            base_of,
            [row for row in indicators.to_pylist() if is_offered(row, offered)],
            seeds[edition],
            minimum_donors,
            replicate_total,
            edition,
        )
    return pa.concat_tables(tables)


def is_offered(indicator: dict, offered: dict[str, str | None]) -> bool:
    """Whether the edition asked the indicator's question with one of the codes that it counts.

    Args:
        offered: codes by question, None for a derived question.
    """
    if indicator["question_id"] not in offered:
        return False
    codes = offered[indicator["question_id"]]
    return codes is None or not set(split(codes)).isdisjoint(split(indicator["hit_codes"]))


def edition_counts(
    answers: Answers,
    responses: pa.Table,
    questionnaire: Questionnaire,
    base_of: dict[str, str],
    indicators: list[dict],
    seed: int,
    minimum_donors: int,
    replicate_total: int,
    edition: int,
) -> list[pa.Table]:
    """`replicate_counts` for one edition, one table a replicate."""
    response_ids = responses["response_id"].to_pylist()
    strata, places = np.unique(responses["stratum_number"].to_numpy(), return_inverse=True)
    levels = [
        responses["stratum_number"].to_numpy().astype(np.int64),
        responses["size_class_number"].to_numpy().astype(np.int64),
    ]
    keys = bootstrap_keys(seed, questionnaire, response_ids)
    tables = []
    for replicate in range(replicate_total + 1):
        completed, _ = complete(
            answers, response_ids, levels, questionnaire, seed, minimum_donors, edition,
            Bootstrap(replicate, keys) if replicate else None,
        )
        base_counts, hit_counts = indicator_counts(
            completed, places, len(strata), questionnaire, base_of, indicators
        )
        tables.append(counts_table(edition, replicate, strata, indicators, base_counts, hit_counts))
    return tables


def indicator_counts(
    answers: Answers,
    places: np.ndarray,
    stratum_total: int,
    questionnaire: Questionnaire,
    base_of: dict[str, str],
    indicators: list[dict],
) -> tuple[np.ndarray, np.ndarray]:
    """Base and hits, each of shape (indicators, strata), from completed answers.

    Args:
        places: position of each response's stratum, from 0.
    """
    answers = dict(answers)
    for derived in questionnaire.derived_questions:
        if derived.question_id not in answers:
            inputs = np.stack([answers[question_id] for question_id in derived.input_question_ids])
            answers[derived.question_id] = np.where(
                (inputs != NO_ANSWER).any(axis=0), derived.derive(answers), NO_ANSWER
            )
    members = {
        base_id: questionnaire.members(base_id, answers, len(places))
        if answers.keys() >= conditions.keys()
        else np.zeros(len(places), dtype=bool)
        for base_id, conditions in questionnaire.bases.items()
    }
    base_counts = np.zeros((len(indicators), stratum_total), dtype=np.int64)
    hit_counts = np.zeros_like(base_counts)
    for row, indicator in enumerate(indicators):
        codes = answers[indicator["question_id"]]
        counted = (
            members[base_of[indicator["question_id"]]]
            & members[indicator["base_id"]]
            & (codes != NO_ANSWER)
        )
        is_hit = np.zeros(256, dtype=bool)
        is_hit[[int(code) for code in split(indicator["hit_codes"])]] = True
        base_counts[row] = np.bincount(places[counted], minlength=stratum_total)
        hit_counts[row] = np.bincount(places[counted & is_hit[codes]], minlength=stratum_total)
    return base_counts, hit_counts


def counts_table(
    edition: int,
    replicate: int,
    strata: np.ndarray,
    indicators: list[dict],
    base_counts: np.ndarray,
    hit_counts: np.ndarray,
) -> pa.Table:
    """Counts of one replicate as rows of `COUNTS_SCHEMA`."""
    rows = base_counts.size
    return pa.table(
        [
            np.full(rows, edition),
            np.full(rows, replicate),
            np.tile(strata, len(indicators)),
            np.repeat([indicator["indicator_id"] for indicator in indicators], len(strata)),
            np.repeat([indicator["base_id"] for indicator in indicators], len(strata)),
            base_counts.ravel(),
            hit_counts.ravel(),
        ],
        names=COUNTS_SCHEMA.names,
    ).cast(COUNTS_SCHEMA)
