"""The front page of the public part of a release: what there is, for which reader, and how large.

Texts are `front_<export>_title`, `_text` and `_reader` of the seed `site_texts`. The page is
complete in itself: it loads nothing.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from barometer.outputs.language.wording import Wording
from barometer.outputs.page_frame.frame import environment, framed, read_publication, wordings_of

# What each export opens with, in the order of the page; the language and the newest edition are filled in.
ADDRESSES = {
    "site": "site/{code}/index.html",
    "report": "report/index.html#{newest}-{code}",
    "xlsx": "ai_barometer.xlsx",
    "csv": "site/{code}/downloads.html#csv",
    "sdmx": "site/{code}/downloads.html#sdmx",
    "quality_report": "quality_report.html#{newest}-{code}",
}


def write_front_page(
    session: duckdb.DuckDBPyConnection,
    terms: pa.Table,
    texts: pa.Table,
    publication: pa.Table,
    outputs: Mapping[str, str],
    path: Path,
) -> None:
    """Write the page; what is beside it already is what it leads to.

    Args:
        session: connection with the mart `dim_editions` in its schema `marts`.
        terms, texts, publication: the seeds `report_terms`, `site_texts` and `publication`.
        outputs: the file or folder of each export, in the folder of the page.
        path: the file to write.
    """
    (newest,) = session.sql("select max(edition) from marts.dim_editions").fetchone()
    wordings = wordings_of(terms, texts)
    page = environment(__package__).get_template("front_page").render(
        languages=[
            (wording, front_entries(wording, newest, outputs, path.parent)) for wording in wordings
        ],
        places={wording.language.code: wording.language.code for wording in wordings},
        **framed(read_publication(session, publication), wordings, path.name),
    )
    path.write_text(page + "\n", encoding="utf-8")


def front_entries(
    wording: Wording, newest: int, outputs: Mapping[str, str], folder: Path
) -> list[dict[str, str]]:
    """An entry for each export that is there, in the order of `ADDRESSES`."""
    found = []
    for export, address in ADDRESSES.items():
        address = address.format(code=wording.language.code, newest=newest)
        if (folder / outputs[export]).exists() and (folder / address.partition("#")[0]).exists():
            sizes = file_sizes(folder / outputs[export])
            found.append(
                {
                    "address": address,
                    "title": wording.term(f"front_{export}_title"),
                    "text": wording.term(f"front_{export}_text"),
                    "reader": wording.term(f"front_{export}_reader"),
                    "size": wording.term(
                        "size_of_files" if len(sizes) > 1 else "size_of_file",
                        size=wording.megabytes(sum(sizes)), count=wording.count(len(sizes)),
                    ),
                }
            )
    return found


def file_sizes(output: Path) -> list[int]:
    """Bytes of a file, or of each file of a folder."""
    if output.is_file():
        return [output.stat().st_size]
    return [path.stat().st_size for path in output.rglob("*") if path.is_file()]
