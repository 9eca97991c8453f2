"""Another process of this Python, for work that would keep this one from going on.

Not a pool of `multiprocessing`: its processes run the script that started this one again, dbt's,
and outlive it where it is killed. This one ends when nobody can give it work any more.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable


class Worker:
    """Calls functions in another process, one after the other, in the order in which they came."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def submit(self, function: Callable, *arguments: object) -> None:
        """Have a function of a module called; do not wait."""
        pickle.dump((function, arguments), self.process.stdin)
        self.process.stdin.flush()

    def result(self) -> object:
        """What the next call returned, once it has; raises what it raised."""
        is_returned, outcome = pickle.load(self.process.stdout)
        if not is_returned:
            raise outcome
        return outcome

    def close(self) -> None:
        """Let the process end after what it is at, and wait for that."""
        self.process.communicate()


def main() -> None:
    """Call what comes in, until nothing can come any more; Ctrl-C is for who gives the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # As in dbt_barometer: what there is to write stays, and is not looked through for garbage.
    gc.set_threshold(100_000, 50, 50)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            function, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            outcome = True, function(*arguments)
        except Exception as error:
            outcome = False, error
        try:
            pickle.dump(outcome, answers)
            answers.flush()
        except BrokenPipeError:
            # Who gave the work is gone: a run that failed early.
            os._exit(0)


if __name__ == "__main__":
    main()
