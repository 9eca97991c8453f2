"""Ctrl-C, which ends a build with one sentence."""

import os
import signal
import sys
import threading
from pathlib import Path


def end_on_interrupt(command: str, release: Path) -> None:
    """Have Ctrl-C end the process with one sentence, where dbt would show a traceback.

    At once: what a build has begun, in the warehouse or beside the release, the next one finishes or
    undoes, as after any kill.
    """
    if threading.current_thread() is not threading.main_thread():
        return

    def published() -> int | None:
        manifest = release / "internal" / "manifest.json"
        return manifest.stat().st_mtime_ns if manifest.exists() else None

    before = published()
    # A helper process of Python's, started after this, would have a last word on locks left behind.
    others = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, [others, "ignore:resource_tracker"]))

    def stop(_number, _frame):
        stays = "stays as it was" if published() == before else "is the one of this run, whole"
        show_cursor = "\x1b[?25h" if sys.stdout.isatty() else ""
        sys.stdout.flush()
        os.write(1, f"{show_cursor}\nstopped by Ctrl-C: dbt {command}; {release} {stays}\n".encode())
        os._exit(130)

    signal.signal(signal.SIGINT, stop)
