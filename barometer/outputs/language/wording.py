"""Numbers and phrases as each language prints them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from babel.dates import format_date


@dataclass(frozen=True)
class Language:
    """How one language writes numbers, and what a CSV file in it looks like.

    A Flemish Excel splits columns at a semicolon, reads a decimal comma, and takes a file
    for UTF-8 only where a byte order mark says so.
    """

    code: str
    locale: str
    decimal_mark: str
    thousands_mark: str
    csv_delimiter: str
    csv_encoding: str


LANGUAGES = (
    Language("nl", "nl_BE", ",", ".", ";", "utf-8-sig"),
    Language("en", "en_GB", ".", ",", ",", "utf-8"),
)


def fill_in(template: str, place: str, names: Mapping[str, object]) -> str:
    """A text of a seed with the names in its braces filled in.

    Args:
        place: where it is, below seeds/reference/.

    Raises:
        ValueError: it has braces around something else.
    """
    try:
        return template.format(**names)
    except (AttributeError, IndexError, KeyError, ValueError) as fault:
        known = " or ".join(f"{{{name}}}" for name in names) or "none"
        raise ValueError(
            f"seeds/reference/{place}: found braces that mean nothing in {template!r}; expected {known}"
        ) from fault


class Wording:
    """The terms of the seed `report_terms` in one language, and numbers beside them."""

    def __init__(self, language: Language, terms: pa.Table):
        self.language = language
        self.terms = dict(
            zip(
                terms["term_id"].to_pylist(),
                terms[f"label_{language.code}"].to_pylist(),
                strict=True,
            )
        )

    def term(self, term_id: str, **names: object) -> str:
        """A term with the names in its braces filled in.

        Raises:
            KeyError: there is no such term.
            ValueError: it has braces around something else.
        """
        if term_id not in self.terms:
            raise KeyError(
                f"seeds/reference/report_terms.csv: found no term_id {term_id}; expected one"
            )
        return fill_in(
            self.terms[term_id],
            f"report_terms.csv or site_texts.csv, term_id {term_id}, column label_{self.language.code}",
            names,
        )

    def mark(self, status: str | None) -> str | None:
        """The mark of a status, a code of SDMX; None for one that goes without saying."""
        return self.terms.get(f"mark_{status}")

    def marked(self, text: str, status: str | None) -> str:
        """A number with the mark of its status."""
        mark = self.mark(status)
        return f"{text} {mark}" if mark else text

    def legends(self, statuses: set[str]) -> list[str]:
        """What the marks of these statuses mean, each once."""
        marked = [status for status in sorted(statuses) if self.mark(status)]
        return list(
            dict.fromkeys(self.term(f"legend_{status}", mark=self.mark(status)) for status in marked)
        )

    def count(self, value: int | None) -> str:
        """A count with marks between the thousands."""
        if value is None:
            return self.term("no_value")
        return f"{value:,}".replace(",", self.language.thousands_mark)

    def decimal(self, value: float | None) -> str:
        """A percentage that was rounded to one decimal, as a bare number."""
        if value is None:
            return self.term("no_value")
        return f"{value:.1f}".replace(".", self.language.decimal_mark)

    def day(self, day: date | None) -> str:
        """A day in words; nothing where there is none."""
        return format_date(day, "d MMMM y", locale=self.language.code) if day else ""

    def megabytes(self, size: int) -> str:
        """A number of bytes as megabytes, one decimal, never less than a tenth."""
        return f"{self.decimal(max(size / 1_000_000, 0.1))} MB"

    def percentage(self, value: float | None) -> str:
        """A percentage that was rounded to one decimal, with its sign."""
        return self.term("no_value") if value is None else f"{self.decimal(value)}%"

    def points(self, value: float | None) -> str:
        """A change in percentage points, with its sign."""
        if value is None:
            return self.term("no_value")
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return sign + self.decimal(abs(value))

    def editions(self, statuses: dict[int, str]) -> str:
        """Editions and the status of their data, which is written once where it is one.

        Args:
            statuses: status by edition, as in dim_editions.
        """
        years = sorted(statuses)
        labels = {edition: self.term(status) for edition, status in statuses.items()}
        kind = "edition" if len(years) == 1 else "editions"
        if len(set(labels.values())) == 1:
            listed = ", ".join(map(str, years))
            return f"{self.term(kind, editions=listed)} – {labels[years[0]]}"
        listed = ", ".join(f"{edition} ({labels[edition]})" for edition in years)
        return self.term(kind, editions=listed)

    def respondents(self, counts: dict[int, int]) -> str:
        """N of the base, with its edition where there are several."""
        if len(counts) == 1:
            (count,) = counts.values()
            return self.term("respondents", count=self.count(count))
        return "; ".join(
            self.term("respondents_of_edition", count=self.count(counts[edition]), edition=edition)
            for edition in sorted(counts)
        )
