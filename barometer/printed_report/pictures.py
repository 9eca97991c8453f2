"""Pictures, each drawn once: what was drawn before is kept by the digest of all it is drawn from.

Drawing takes longer than the rest of a release together, and most pictures of a build are
those of the build before.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from barometer.printed_report import typesetting
from barometer.whole_files import write_whole


class Pictures:
    """Draws pictures, and keeps them in a folder; without a folder it draws each anew."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self.used: set[str] = set()
        self.drawn_with = [
            version("vl-convert-python"),
            hashlib.sha256(Path(typesetting.__file__).read_bytes()).hexdigest(),
        ]

    def picture(self, specification: dict, title: str, description: str) -> tuple[str, bytes]:
        """SVG and PNG of a Vega-Lite specification, with the words that a screen reader speaks."""
        if self.folder is None:
            return drawn(specification, title, description)
        source = json.dumps([*self.drawn_with, specification, title, description], sort_keys=True)
        name = hashlib.sha256(source.encode()).hexdigest()
        self.used.add(name)
        svg_path, png_path = (self.folder / f"{name}.{ending}" for ending in ("svg", "png"))
        if not (svg_path.exists() and png_path.exists()):
            svg, png = drawn(specification, title, description)
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(svg_path, svg.encode())
            write_whole(png_path, png)
        return svg_path.read_text(encoding="utf-8"), png_path.read_bytes()

    def forget_others(self) -> None:
        """Remove the pictures that were not asked for."""
        for path in self.folder.iterdir() if self.used else ():
            if path.stem not in self.used:
                path.unlink()


def drawn(specification: dict, title: str, description: str) -> tuple[str, bytes]:
    """SVG and PNG of one picture."""
    svg = typesetting.svg_of(specification, title, description)
    return svg, typesetting.png_of(svg)
