"""File names of the pages, the same in every language, and places on them."""

from barometer.outputs.printed_report.exhibits import Exhibit
from barometer.outputs.site.contents import Category


def exhibit_page(exhibit: Exhibit) -> str:
    """File name of a figure or table."""
    return f"{exhibit.name}-{exhibit.edition}"


def exhibit_files(exhibit: Exhibit, language: str) -> str:
    """A figure or table in print in the public part of a release, without the ending of a file."""
    return f"report/{exhibit.edition}/{language}/{exhibit.name}"


def category_page(category: Category, edition: int) -> str:
    """File name of a sector or a size class."""
    return f"{category.domain}-{category.slug}-{edition}"


def indicator_page(indicator_id: str) -> str:
    """File name of an indicator."""
    return f"indicator-{indicator_id}"


def evolution_page(pair: tuple[int, int]) -> str:
    """File name of a pair of editions."""
    return f"evolution-{pair[0]}-{pair[1]}"


def edition_changes_page(edition: int) -> str:
    """File name of what an edition changes."""
    return f"changes-{edition}"


def anchor(base: str, domain: str, code: str) -> str:
    """Where the page of an indicator shows a category."""
    return f"{base}-{Category(domain, code, {}).slug}"
