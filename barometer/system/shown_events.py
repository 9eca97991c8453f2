"""What dbt shows of a run: the errors of many nodes, where they have one cause, are left out."""

from functools import partial

from dbt.flags import get_flags
from dbt_common.events.event_manager_client import get_event_manager

# What DuckDB says where it cannot write the warehouse, of whatever it is asked after that, and where
# it may not hold enough in memory.
OF_ONE_CAUSE = ("No space left on device", "database has been invalidated", "Out of Memory Error")

# What dbt says of a node that failed.
OF_A_FAILURE = (
    "RunResultFailure", "RunResultError", "SQLCompiledPath", "CheckNodeTestFailure",
    "GenericExceptionOnRun",
)


class WithoutRepeated:
    """Whether an event is shown: not one of a node that failed for want of disk or memory.

    The end of the run says that in one sentence for all of them (macros/run.sql).
    """

    def __init__(self):
        self.given_up = set()
        self.last_shown = ""

    def __call__(self, event) -> bool:
        name, data = event.info.name, event.data
        if name == "NodeFinished" and any(text in data.run_result.message for text in OF_ONE_CAUSE):
            self.given_up.add(data.node_info.unique_id)
        if name in OF_A_FAILURE and data.node_info.unique_id in self.given_up:
            return False
        # dbt sets apart what it says of a node with an empty line.
        if self.given_up and name == self.last_shown == "Formatting":
            return False
        self.last_shown = name
        return True


def say_causes_once() -> None:
    """Have dbt leave those events out of what it prints for people; its log has them all."""
    if get_flags().LOG_FORMAT == "json":
        return
    is_shown = WithoutRepeated()
    for logger in get_event_manager().loggers:
        if logger.name == "stdout_log":
            logger.filter = partial(passes_both, logger.filter, is_shown)


def passes_both(one, other, event) -> bool:
    """Whether an event passes two filters, of which each sees it."""
    passes = one(event)
    return other(event) and passes
