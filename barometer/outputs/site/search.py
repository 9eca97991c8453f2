"""The index of the search field: every indicator with its newest numbers, and every page, as a script.

A page that is opened from disk may load a script beside it, and nothing else. Words of every
language find, whatever the language of the page, and so do the words of the seed `search_synonyms`; key
figures come before others that fit as well.
"""

import json

from barometer.outputs.language.wording import Wording
from barometer.outputs.site.addresses import anchor, category_page, exhibit_page, indicator_page
from barometer.outputs.site.contents import TOTAL, Estimate, Labels
from barometer.outputs.site.pages import PageWriter


def search_index(writer: PageWriter, wordings: list[Wording]) -> str:
    """A script that sets `barometerIndex`.

    Args:
        writer: pages of the language of the index.
        wordings: words of every language.

    Numbers are in tenths of a percent, by edition and then by category: value, both ends of
    the interval, and the mark where there is one; 0 where there is no estimate.
    """
    contents, wording, language = writer.contents, writer.wording, writer.language
    places = [(*TOTAL, {other.language.code: other.term("total") for other in wordings})] + [
        (category.domain, category.code, category.labels)
        for category in contents.categories if contents.editions_of(category)
    ]
    ranks = {
        (row["indicator_id"], row["base_id"]): rank
        for rank, row in enumerate(writer.presentation["site_highlights"])
    }
    entries = [
        {
            "label": indicator.labels[language],
            "base": contents.bases[base][f"label_{language}"],
            "words": " ".join(
                filter(
                    None,
                    [
                        in_other_languages(indicator.labels, language),
                        indicator.questions[language],
                        indicator.eurostat_codes.get(base),
                        *(title for title, _ in writer.exhibits_of(indicator)),
                    ],
                )
            ),
            "page": f"{indicator_page(indicator.id)}.html",
            "anchors": base,
            "rank": ranks.get((indicator.id, base), len(ranks)),
            "numbers": [
                [
                    number(estimates.get((indicator.id, base, domain, code)), wording)
                    for domain, code, _ in places
                ]
                if (indicator.id, base, *TOTAL) in estimates else 0
                for estimates in (
                    contents.estimates.get(edition, {}) for edition in contents.statuses
                )
            ],
        }
        for indicator in contents.indicators.values()
        for base in indicator.base_ids
    ]
    index = {
        "decimalMark": wording.language.decimal_mark,
        "editions": list(contents.statuses),
        "categories": [
            {
                "label": labels[language],
                "words": in_other_languages(labels, language),
                "anchor": anchor("", domain, code),
            }
            for domain, code, labels in places
        ],
        "stopWords": [
            word for other in wordings for word in other.term("search_stop_words").split()
        ],
        "synonyms": writer.presentation["search_synonyms"],
        "texts": {
            name: wording.terms[name]
            for name in (
                "search_none", "search_nearest", "search_found", "search_all", "search_interval",
                "interval", "no_value",
            )
        },
        "entries": entries,
        "pages": pages_found(writer, wordings),
    }
    packed = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    return f"window.barometerIndex = {packed};\n"


def pages_found(writer: PageWriter, wordings: list[Wording]) -> list[dict]:
    """Pages that are looked for by what they are: figures, tables, sectors, and those of the menu.

    Each has its label, further words, its page, and its edition, 0 where it is of none.
    """
    contents, wording, language = writer.contents, writer.wording, writer.language
    found = [
        {
            "label": exhibit.label(wording),
            "words": " ".join(
                filter(None, [
                    exhibit.headlines.get(language),
                    *(exhibit.label(other) for other in wordings if other is not wording),
                ])
            ),
            "page": f"{exhibit_page(exhibit)}.html",
            "edition": exhibit.edition,
        }
        for exhibit in contents.exhibits
    ]
    found += [
        {
            "label": category.labels[language],
            "words": f"{in_other_languages(category.labels, language)} {wording.term(category.domain)}",
            "page": f"{category_page(category, edition)}.html",
            "edition": edition,
        }
        for category in contents.categories
        for edition in contents.editions_of(category)
    ]
    found += [
        {
            "label": wording.term(text),
            "words": " ".join(
                other.term(text) for other in wordings if other.term(text) != wording.term(text)
            ),
            "page": f"{name}.html",
            "edition": 0,
        }
        for text, name in writer.menu_entries()
    ]
    return found


def in_other_languages(labels: Labels, language: str) -> str:
    """A label in every language but one."""
    return " ".join(label for code, label in labels.items() if code != language and label)


def number(estimate: Estimate | None, wording: Wording) -> list | int:
    """An estimate as the index holds it."""
    if estimate is None:
        return 0
    mark = wording.mark(estimate.status)
    return [
        None if value is None else round(10 * value)
        for value in (estimate.value, estimate.lower, estimate.upper)
    ] + ([mark] if mark else [])
