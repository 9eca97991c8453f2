"""Another process that calls functions: in order, with what they return or raise."""

import math
import operator
import os

import pytest

from barometer.system.worker import Worker


def test_calls_are_answered_in_order():
    """Of another process, each with what it returned; an error is raised here, and ends nothing."""
    worker = Worker()
    worker.submit(os.getpid)
    worker.submit(operator.truediv, 1, 0)
    worker.submit(print, "not in the way of an answer")
    worker.submit(math.factorial, 5)
    assert worker.result() not in (None, os.getpid())
    with pytest.raises(ZeroDivisionError):
        worker.result()
    assert (worker.result(), worker.result()) == (None, 120)
    worker.close()
    assert worker.process.returncode == 0
