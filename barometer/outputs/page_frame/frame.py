"""What the frame of a page takes, and the templates that are put in it.

A page is of one language or of several, one below another. Its footer says who publishes it: what
the seed `publication` leaves open is not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import duckdb
import pyarrow as pa
from jinja2 import BaseLoader, Environment, TemplateNotFound
from markupsafe import Markup

from barometer.outputs.language.wording import LANGUAGES, Wording

# What the footer says, in this order; the day of publication comes from the edition.
ITEMS = ("commissioner", "date", "licence", "citation", "contact")


@dataclass(frozen=True)
class Publication:
    """What a release says of itself as a publication.

    Attributes:
        items: rows of the seed `publication` by `item_id`.
        published: the newest edition with a day of publication, and that day; None without one.
        is_synthetic: whether any edition is.
    """

    items: Mapping[str, Mapping[str, str | None]]
    published: tuple[int, date] | None
    is_synthetic: bool

    def address(self, path: str) -> str | None:
        """Where a file of the public part is on the web; None where the seed does not say."""
        site = self.items["site"]["url"]
        return site + path if site else None

    def lines(self, wording: Wording) -> list[tuple[str, str, str | None]]:
        """What is known: what it is called, what it is, and the address that it links to."""
        texts = {
            name: (row[f"text_{wording.language.code}"], row["url"]) for name, row in self.items.items()
        }
        if self.published:
            edition, day = self.published
            texts["date"] = (
                wording.term("publication_day", day=wording.day(day), edition=edition), None,
            )
        return [
            (wording.term(f"publication_{name}"), *texts[name])
            for name in ITEMS if texts.get(name, (None,))[0]
        ]


def read_publication(session: duckdb.DuckDBPyConnection, seed: pa.Table) -> Publication:
    """What the seed and the editions say.

    Args:
        session: connection with the mart `dim_editions` in its schema `marts`.
        seed: the seed `publication`.
    """
    editions = session.sql(
        "select edition, status, publication_date from marts.dim_editions order by edition"
    ).fetchall()
    published = [(edition, day) for edition, _, day in editions if day]
    return Publication(
        items={row["item_id"]: row for row in seed.to_pylist()},
        published=published[-1] if published else None,
        is_synthetic=any(status == "synthetic" for _, status, _ in editions),
    )


def framed(
    publication: Publication,
    shown: Sequence[Wording],
    path: str,
    title: str | None = None,
    description: str | None = None,
    picture: str | None = None,
) -> dict:
    """What the template `frame` takes.

    Args:
        shown: the words of each language that the page is in, the first one its own.
        path: the page in the public part of a release.
        title: what it is called, before the name of the site; None for the name alone.
        description: what it is about; None for what the site is about.
        picture: a picture of it in the public part, to show where somebody links to it.
    """
    name = spoken(shown, "site_title")
    return {
        "publication": publication,
        "shown": shown,
        "path": path,
        "root": "../" * path.count("/"),
        "title": f"{title} – {name}" if title else name,
        "description": description or spoken(shown, "site_description"),
        "address": publication.address(path),
        "picture": publication.address(picture) if picture else None,
        "spoken": lambda term_id: spoken(shown, term_id),
    }


def spoken(shown: Sequence[Wording], term_id: str) -> str:
    """A term in each language of a page, once where it is the same."""
    return " / ".join(dict.fromkeys(wording.term(term_id) for wording in shown))


def wordings_of(terms: pa.Table, texts: pa.Table) -> list[Wording]:
    """The words of each language: terms of the report in print, and texts of the site."""
    both = all_terms(terms, texts)
    return [Wording(language, both) for language in LANGUAGES]


def all_terms(terms: pa.Table, texts: pa.Table) -> pa.Table:
    """The seeds `report_terms` and `site_texts` together, as `Wording` takes them."""
    columns = ["term_id", *(f"label_{language.code}" for language in LANGUAGES)]
    names = ["text_id", *(f"text_{language.code}" for language in LANGUAGES)]
    return pa.concat_tables(
        [terms.select(columns), texts.select(names).rename_columns(columns)]
    )


@cache
def style_sheet() -> Markup:
    """The style sheet of all pages, as it may be inside a style element."""
    return Markup((files(__package__) / "site.css").read_text(encoding="utf-8"))


@cache
def environment(package: str) -> Environment:
    """The templates of a package and of this one, each compiled once in a process."""
    templates = Environment(
        loader=PackageTemplates(package), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    templates.globals["style_sheet"] = style_sheet
    return templates


class PackageTemplates(BaseLoader):
    """Templates by name without ending: of a package, or else of this one."""

    def __init__(self, package: str):
        self.packages = (package, __package__)

    def get_source(self, environment: Environment, template: str):
        """Text of a template, as Jinja asks for it."""
        for package in self.packages:
            path = files(package) / "templates" / f"{template}.html"
            if path.is_file():
                return path.read_text(encoding="utf-8"), None, lambda: True
        raise TemplateNotFound(template)
