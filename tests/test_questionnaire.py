"""Derived questions of any number of inputs."""

import numpy as np
import pytest

from barometer.method.questionnaire import NO_ANSWER, DerivedQuestion, Questionnaire


def derive(operation, inputs, max_code=None):
    """The derived answer of two responses: one that says 1 to everything, one that says 2."""
    names = tuple(f"input_{place}" for place in range(inputs))
    answers = {name: np.array([1, 2], dtype=np.uint8) for name in names}
    question = DerivedQuestion("derived", operation, names, (1,), max_code)
    return question.derive(answers).tolist()


@pytest.mark.parametrize("inputs", [1, 7, 8, 40])
def test_counts_take_any_number_of_inputs(inputs):
    """A block may have as many questions as it likes."""
    assert derive("count", inputs, max_code=4) == [min(inputs, 4), 0]
    assert derive("minimum", inputs) == [1, 2]


def test_a_pattern_has_no_more_inputs_than_a_code_can_hold():
    """The code of seven hits is no missing answer; eight would be one."""
    assert derive("pattern", 7) == [127, 0] and 127 != NO_ANSWER
    with pytest.raises(ValueError, match="question derived, .*found 8 questions in a pattern"):
        derive("pattern", 8)


def test_a_base_has_who_meets_all_its_conditions():
    """One of two is not enough; a base without a condition has everybody."""
    answers = {name: np.array(codes, dtype=np.uint8) for name, codes in {"a": [1, 1, 2, 2], "b": [1, 2, 1, 2]}.items()}
    questionnaire = Questionnaire((), (), {"all": {}, "both": {"a": 1, "b": 2}})
    assert questionnaire.members("both", answers, 4).tolist() == [False, True, False, False]
    assert questionnaire.members("all", answers, 4).all()
