"""From the warehouse's tables to the hot deck and back: one edition at a time."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from barometer.method.hot_deck import Imputations, impute
from barometer.method.questionnaire import NO_ANSWER, Questionnaire

DONATED_SCHEMA = pa.schema(
    [
        ("edition", pa.int16()),
        ("response_key", pa.int64()),
        ("question_number", pa.int16()),
        ("answer_code", pa.uint8()),
        ("donor_response_key", pa.int64()),
        ("imputation_level", pa.int8()),
    ]
)


def donated_answers(
    answers: pa.Table,
    responses: pa.Table,
    editions: pa.Table,
    questions: pa.Table,
    blocks: pa.Table,
    derived_questions: pa.Table,
    bases: pa.Table,
    minimum_donors: int,
) -> pa.Table:
    """Imputed answers of every edition among the responses.

    Args:
        answers: reported answers: edition, response_key, question_number, answer_code.
        responses: usable responses: edition, response_key, response_id, stratum_number,
            size_class_number.
        editions, questions, blocks, derived_questions, bases: the reference tables.
        minimum_donors: see `hot_deck.impute`.

    Returns:
        One row an imputed answer, schema `DONATED_SCHEMA`, in the order of its columns.

    Raises:
        LookupError: a base without any donor; names edition, block and base.
    """
    seeds = {row["edition"]: row["imputation_seed"] for row in editions.to_pylist()}
    tables = [DONATED_SCHEMA.empty_table()]
    for edition in sorted(pc.unique(responses["edition"]).to_pylist()):
        of_edition = pc.field("edition") == edition
        asked = questions.filter(of_edition).to_pylist()
        tables.append(
            edition_donated_answers(
                answers.filter(of_edition),
                responses.filter(of_edition).sort_by("response_key"),
                {row["question_id"]: row["question_number"] for row in asked},
                Questionnaire.from_rows(
                    asked, blocks.to_pylist(), derived_questions.to_pylist(), bases.to_pylist()
                ),
                seeds[edition],
                minimum_donors,
                edition,
            )
        )
    return pa.concat_tables(tables)


def edition_donated_answers(
    answers: pa.Table,
    responses: pa.Table,
    question_numbers: dict[str, int],
    questionnaire: Questionnaire,
    seed: int,
    minimum_donors: int,
    edition: int,
) -> pa.Table:
    """`donated_answers` for one edition; `responses` are sorted by response_key."""
    keys = responses["response_key"].to_numpy()
    imputations = impute(
        wide_answers(answers, keys, question_numbers),
        responses["response_id"].to_pylist(),
        [
            responses["stratum_number"].to_numpy().astype(np.int64),
            responses["size_class_number"].to_numpy().astype(np.int64),
        ],
        questionnaire,
        seed,
        minimum_donors,
        edition,
    )
    return long_table(imputations, keys, question_numbers, edition)


def wide_answers(
    answers: pa.Table, keys: np.ndarray, question_numbers: dict[str, int]
) -> dict[str, np.ndarray]:
    """Long answers as one array of codes a question, `NO_ANSWER` where there is none."""
    position = {number: place for place, number in enumerate(question_numbers.values())}
    codes = np.full((len(position), len(keys)), NO_ANSWER, dtype=np.uint8)
    places = np.zeros(max(position) + 1, dtype=np.int64)
    places[list(position)] = list(position.values())
    codes[
        places[answers["question_number"].to_numpy()],
        np.searchsorted(keys, answers["response_key"].to_numpy()),
    ] = answers["answer_code"].to_numpy()
    return dict(zip(question_numbers, codes, strict=True))


def long_table(
    imputations: Imputations,
    keys: np.ndarray,
    question_numbers: dict[str, int],
    edition: int,
) -> pa.Table:
    """Imputations as rows of `DONATED_SCHEMA`."""
    numbers = [question_numbers[question_id] for question_id in imputations.question_id]
    table = pa.table(
        [
            np.full(len(numbers), edition),
            keys[imputations.recipient],
            np.array(numbers, dtype=np.int64),
            imputations.answer_code,
            keys[imputations.donor],
            imputations.level,
        ],
        names=DONATED_SCHEMA.names,
    )
    return table.cast(DONATED_SCHEMA).sort_by([(name, "ascending") for name in table.column_names])
