"""Pictures, each drawn once: what was drawn before is kept by the digest of all it is drawn from.

Drawing takes longer than the rest of a release together, and most pictures of a build are
those of the build before. What is left to draw is shared among the processors.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from barometer.outputs.printed_report import typesetting
from barometer.system.whole_files import read_kept, write_kept
from barometer.system.worker import Worker

# Another process takes about as long to start as to draw this many.
FEW = 8


@dataclass(frozen=True)
class Picture:
    """What a picture is drawn from."""

    specification: dict
    """Vega-Lite."""
    title: str
    description: str
    """The words that a screen reader speaks."""

    @property
    def name(self) -> str:
        """Digest of all that the picture follows from."""
        source = [*drawn_with(), self.specification, self.title, self.description]
        return hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()


@cache
def drawn_with() -> tuple[str, str]:
    """What tells what draws from any other: the version of the program, and the digest of the module."""
    return (
        version("vl-convert-python"),
        hashlib.sha256(Path(typesetting.__file__).read_bytes()).hexdigest(),
    )


def draw(pictures: list[Picture], folder: Path) -> list[tuple[str, bytes]]:
    """SVG and PNG of each picture; those that the folder does not hold whole are drawn, and kept there.

    Pictures that are not asked for are removed from the folder.
    """
    names = [picture.name for picture in pictures]
    asked = dict(zip(names, pictures, strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    drawings = {name: kept_drawing(folder, name) for name in asked}
    missing = [(name, picture) for name, picture in asked.items() if drawings[name] is None]
    draw_together(missing, folder)
    drawings |= {name: kept_drawing(folder, name) for name, _ in missing}
    for path in folder.iterdir():
        if path.stem not in asked:
            path.unlink()
    return [drawings[name] for name in names]


def kept_drawing(folder: Path, name: str) -> tuple[str, bytes] | None:
    """SVG and PNG of a picture as the folder keeps them; None where it has not both, undamaged."""
    svg, png = (read_kept(folder / f"{name}.{ending}") for ending in ("svg", "png"))
    return None if svg is None or png is None else (svg.decode(), png)


def draw_together(pictures: list[tuple[str, Picture]], folder: Path) -> None:
    """Draw pictures into a folder, in as many processes as there are processors."""
    count = processors() if len(pictures) > FEW else 1
    mine, *others = (pictures[place::count] for place in range(count))
    workers = [Worker() for _ in others]
    try:
        for worker, share in zip(workers, others, strict=True):
            worker.submit(draw_all, share, folder)
        draw_all(mine, folder)
        for worker in workers:
            worker.result()
    finally:
        for worker in workers:
            worker.close()


def processors() -> int:
    """How many this process may use; where the system has no word on that, as macOS, how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def draw_all(pictures: list[tuple[str, Picture]], folder: Path) -> None:
    """Draw pictures into a folder, one after the other, each under its name."""
    for name, picture in pictures:
        svg = typesetting.svg_of(picture.specification, picture.title, picture.description)
        write_kept(folder / f"{name}.png", typesetting.png_of(svg))
        write_kept(folder / f"{name}.svg", svg.encode())
