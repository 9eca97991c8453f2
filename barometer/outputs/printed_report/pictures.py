"""Pictures, each drawn once: what was drawn before is kept by the digest of all it follows from.

Drawing takes longer than the rest of a release together, and most pictures of a build are
those of the build before: only for what is left to draw is a specification made, and what draws
imported. It is shared among the processors.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from barometer.outputs.language import wording as language
from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.exhibits import Exhibit, Figure
from barometer.system.whole_files import read_kept, write_kept
from barometer.system.worker import Worker

# Another process takes about as long to start as to draw this many.
FEW = 8

# Besides this package and the numbers and words of a language, what pictures follow from.
DRAWN_WITH = ("altair", "vl-convert-python")


@dataclass(frozen=True)
class Picture:
    """What a picture is drawn from: a figure or table, in one language."""

    exhibit: Exhibit
    wording: Wording

    @property
    def name(self) -> str:
        """Digest of all that the picture follows from: the exhibit, the words, what draws."""
        words = self.wording.language, sorted(self.wording.terms.items())
        source = repr((drawn_with(), self.exhibit, words))
        return hashlib.sha256(source.encode()).hexdigest()

    def description(self) -> str:
        """What it shows, in words: subject, editions, caption, and for a figure its values."""
        exhibit, wording = self.exhibit, self.wording
        _, *headings = exhibit.headings(wording)
        sentences = [*headings, *exhibit.caption(wording)]
        if isinstance(exhibit, Figure):
            sentences.append(
                "; ".join(
                    f"{item}, {bar.series_labels[wording.language.code]}: {bar.text(wording)}"
                    for item, bars in exhibit.items(wording.language.code).items()
                    for bar in bars
                )
            )
        return ". ".join(sentence.removesuffix(".") for sentence in sentences)


@cache
def drawn_with() -> tuple[str, ...]:
    """What distinguishes what draws from any other: versions of programs, and the digest of the source."""
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path(language.__file__)]
    source = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    return (*map(version, DRAWN_WITH), source)


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
    from barometer.outputs.printed_report import typesetting

    for name, picture in pictures:
        svg = typesetting.svg_of(
            specification(picture), picture.exhibit.title(picture.wording), picture.description()
        )
        write_kept(folder / f"{name}.png", typesetting.png_of(svg))
        write_kept(folder / f"{name}.svg", svg.encode())


def specification(picture: Picture) -> dict:
    """Vega-Lite of a picture."""
    from barometer.outputs.printed_report.figures import draw_bars
    from barometer.outputs.printed_report.lines import draw_lines
    from barometer.outputs.printed_report.tables import draw_table

    if not isinstance(picture.exhibit, Figure):
        return draw_table(picture.exhibit, picture.wording)
    is_line = picture.exhibit.chart_type == "line"
    return (draw_lines if is_line else draw_bars)(picture.exhibit, picture.wording)
