"""What things are called in one language, and which page is about them."""

from collections.abc import Iterable

from barometer.outputs.language.wording import Wording
from barometer.outputs.site.addresses import category_page, indicator_page
from barometer.outputs.site.contents import TOTAL, Category, Contents


class Names:
    """Labels and links of one language."""

    def __init__(self, contents: Contents, wording: Wording):
        self.contents = contents
        self.wording = wording

    def label(self, names: dict) -> str:
        """A label in the language of the pages."""
        return names[self.wording.language.code]

    def base_label(self, base_id: str) -> str:
        """What a base is called."""
        return self.contents.bases[base_id][f"label_{self.wording.language.code}"]

    def place_label(self, place: tuple[str, str]) -> str:
        """A sector, a size class or all of them."""
        for category in self.contents.categories:
            if (category.domain, category.code) == place:
                return self.label(category.labels)
        return self.wording.term("total")

    def group_label(self, domain: str) -> str | None:
        """Heading above the rows of sectors or sizes."""
        return None if domain == TOTAL[0] else self.wording.term(domain)

    def base_label_of_total(self, base: str) -> str:
        """What the line beside a bar means."""
        return self.wording.term("reference_total", base=self.base_label(base))

    def block_title(self, block: str, base: str) -> str:
        """Block and base as a heading."""
        label = self.contents.blocks.get(block)
        return self.wording.term(
            "block_of_base", block=self.label(label) if label else block,
            base=self.base_label(base),
        )

    def edition_line(self, *editions: int) -> str:
        """Editions and the status of their data."""
        return self.wording.editions(
            {edition: self.contents.statuses[edition] for edition in editions}
        )

    def series_editions(self, editions: list[int]) -> tuple[tuple[int, str], ...]:
        """Edition and status of the data of each series."""
        return tuple(
            (edition, self.wording.term(self.contents.statuses[edition])) for edition in editions
        )

    def category_link(self, category: Category, edition: int) -> str:
        """The page of a sector or a size class."""
        return f"{category_page(category, edition)}.html"

    def place_link(self, domain: str, code: str, editions: Iterable[int]) -> str | None:
        """The page of a sector or a size class of the first edition that has it, if any has."""
        for edition in editions:
            if (domain, code) in self.contents.places[edition] and domain != TOTAL[0]:
                return f"{category_page(Category(domain, code, {}), edition)}.html"
        return None

    def indicator_link(self, indicator_id: str) -> str | None:
        """The page of an indicator, if it has one."""
        if indicator_id not in self.contents.indicators:
            return None
        return f"{indicator_page(indicator_id)}.html"
