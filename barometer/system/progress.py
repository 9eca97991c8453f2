"""What long work is at, for who waits for it.

On a terminal one line that moves; elsewhere a plain line every few seconds.
"""

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from barometer.system.whole_files import read_kept, write_kept

# Between two plain lines, where there is no terminal.
SECONDS_BETWEEN_LINES = 5


class Progress:
    """Steps that begin and end, some of them at the same time, in phases.

    Args:
        title: the work, as the line begins.
        history: file that keeps when each step ended the last time that all of it went well.
        output: where to show it.
    """

    def __init__(self, title: str, history: Path, output: TextIO = sys.stdout):
        self.title, self.history = title, history
        self.total = 0
        self.running: dict[str, str] = {}
        self.ended: dict[str, float] = {}
        self.phases: dict[str, float] = {}
        self.started = self.counted = time.monotonic()
        self.idle_phase = "start"
        self.lock, self.is_over = Lock(), Event()
        self.last_time = json.loads(read_kept(history) or '{"total": 0, "ended": {}}')
        self.console = Console(file=output, highlight=False, soft_wrap=True)
        self.live = (
            Live(get_renderable=self.text, console=self.console, transient=True)
            if self.console.is_terminal else None
        )

    def __enter__(self) -> "Progress":
        if self.live:
            self.live.start()
        else:
            Thread(target=self.print_lines, daemon=True).start()
        return self

    def __exit__(self, *fault) -> None:
        self.is_over.set()
        if self.live:
            self.live.stop()
        self.count_time()

    def begin(self, step: str, phase: str) -> None:
        """A step begins."""
        self.count_time()
        self.running[step] = phase

    def end(self, step: str) -> None:
        """A step that began has ended."""
        self.count_time()
        if self.running.pop(step, None):
            self.ended[step] = self.seconds

    def say(self, sentence: str) -> None:
        """Something to be read, above the line."""
        self.console.print(Text(sentence))

    def keep(self) -> None:
        """Remember how long each step took to come to."""
        self.history.parent.mkdir(parents=True, exist_ok=True)
        write_kept(
            self.history, json.dumps({"total": self.seconds, "ended": self.ended}).encode()
        )

    @property
    def seconds(self) -> float:
        """Time so far."""
        return time.monotonic() - self.started

    def count_time(self) -> None:
        """Add the time since the last event to the phases of what ran meanwhile, in equal parts."""
        with self.lock:
            now = time.monotonic()
            phases = list(self.running.values()) or [self.idle_phase]
            for phase in phases:
                self.phases[phase] = self.phases.get(phase, 0) + (now - self.counted) / len(phases)
            self.counted = now

    def line(self) -> str:
        """What it is at: step of steps, what is running, time so far, what the rest took last time."""
        parts = [f"{self.title} {len(self.ended)} of {max(self.total, len(self.ended))}"]
        with suppress(RuntimeError):  # changed by another thread meanwhile
            parts.append(", ".join(self.running) or self.idle_phase)
        parts.append(clock(self.seconds))
        before = self.last_time["ended"]
        rest = self.last_time["total"] - max(
            (before[step] for step in tuple(self.ended) if step in before), default=0
        )
        if rest > 0:
            parts.append(f"the rest took {clock(rest)} last time")
        return " · ".join(parts)

    def text(self) -> Text:
        """The line, no longer than the terminal is wide."""
        return Text(self.line(), no_wrap=True, overflow="ellipsis")

    def print_lines(self) -> None:
        """The line every few seconds, until it is over."""
        while not self.is_over.wait(SECONDS_BETWEEN_LINES):
            print(self.line(), file=self.console.file, flush=True)

    def summary(self) -> str:
        """The time of each phase, and of all."""
        phases = ", ".join(
            f"{phase} {seconds:.0f} s" for phase, seconds in self.phases.items() if seconds >= 0.5
        )
        return f"{phases}; {self.seconds:.0f} s in all"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
