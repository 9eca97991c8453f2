"""One edition's questionnaire: its blocks, derived questions and bases, from the reference seeds.

Answers are held as one `uint8` array of shape (responses,) a question: a small-integer
code, or `NO_ANSWER`.
"""

from dataclasses import dataclass

import numpy as np

NO_ANSWER = np.uint8(255)

Answers = dict[str, np.ndarray]


@dataclass(frozen=True)
class Block:
    """Questions asked of the same base and imputed together.

    `taken_together` has, for each of them, those of the block that some derived question takes
    together with it, itself included; none where no derived question takes it.
    """

    block_id: str
    base_id: str
    class_question_id: str | None
    question_ids: tuple[str, ...]
    taken_together: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class DerivedQuestion:
    """A question answered by rule from other answers; see the seed `derived_questions`."""

    question_id: str
    operation: str
    input_question_ids: tuple[str, ...]
    hit_codes: tuple[int, ...]
    max_code: int | None

    def derive(self, answers: Answers) -> np.ndarray:
        """Codes of shape (responses,), `uint8`, from complete input answers.

        Raises:
            ValueError: the operation is not one of `count`, `minimum` and `pattern`, or a
                pattern has more inputs than a code can distinguish from no answer.
        """
        inputs = np.stack([answers[question_id] for question_id in self.input_question_ids])
        hits = np.isin(inputs, self.hit_codes)
        if self.operation == "count":
            return np.minimum(hits.sum(axis=0), self.max_code).astype(np.uint8)
        if self.operation == "minimum":
            return inputs.min(axis=0)
        if self.operation == "pattern":
            if 2 ** len(inputs) > NO_ANSWER:
                raise ValueError(
                    f"derived_questions, question {self.question_id}, column input_question_ids: "
                    f"found {len(inputs)} questions in a pattern; expected at most 7"
                )
            return (hits * (1 << np.arange(len(inputs)))[:, None]).sum(axis=0).astype(np.uint8)
        raise ValueError(
            f"derived_questions, question {self.question_id}, column operation: found "
            f"'{self.operation}'; expected count, minimum or pattern"
        )


@dataclass(frozen=True)
class Questionnaire:
    """Blocks in the order of imputation, derived questions, and bases as {question: code}."""

    blocks: tuple[Block, ...]
    derived_questions: tuple[DerivedQuestion, ...]
    bases: dict[str, dict[str, int]]

    @classmethod
    def from_rows(cls, questions, blocks, derived_questions, bases) -> "Questionnaire":
        """Build from seed rows (lists of dicts); `questions` are those of one edition."""
        question_ids = {
            block["block_id"]: tuple(
                question["question_id"]
                for question in sorted(
                    questions, key=lambda question: (question["sort_order"], question["question_id"])
                )
                if question["block_id"] == block["block_id"]
            )
            for block in sorted(blocks, key=lambda block: block["sort_order"])
        }
        asked = {question["question_id"] for question in questions}
        derived = [
            DerivedQuestion(
                row["question_id"],
                row["operation"],
                question_ids[row["input_block_id"]]
                if row["input_block_id"]
                else split(row["input_question_ids"]),
                tuple(int(code) for code in split(row["hit_codes"])),
                row["max_code"],
            )
            for row in derived_questions
        ]
        derived = tuple(
            question
            for question in derived
            if question.input_question_ids and asked.issuperset(question.input_question_ids)
        )
        by_id = {block["block_id"]: block for block in blocks}
        return cls(
            tuple(
                Block(
                    block_id, by_id[block_id]["base_id"], by_id[block_id]["class_question_id"], ids,
                    tuple(taken_together(question_id, ids, derived) for question_id in ids),
                )
                for block_id, ids in question_ids.items()
                if ids
            ),
            derived,
            {
                row["base_id"]: dict(
                    zip(
                        split(row["question_ids"]),
                        map(int, split(row["answer_codes"])),
                        strict=True,
                    )
                )
                for row in bases
            },
        )

    def members(self, base_id: str, answers: Answers, response_count: int) -> np.ndarray:
        """Who belongs to a base: booleans of shape (responses,)."""
        member = np.ones(response_count, dtype=bool)
        for question_id, code in self.bases[base_id].items():
            member &= answers[question_id] == code
        return member


def taken_together(
    question_id: str, block: tuple[str, ...], derived: tuple[DerivedQuestion, ...]
) -> frozenset[str]:
    """The questions of a block that a derived question takes together with one of them."""
    inputs = (set(question.input_question_ids) for question in derived)
    return frozenset().union(*(names for names in inputs if question_id in names)) & set(block)


def split(codes: str | None) -> tuple[str, ...]:
    """The items of a list as the seeds write it, separated by `|`; none for an empty cell."""
    return tuple(codes.split("|")) if codes else ()
