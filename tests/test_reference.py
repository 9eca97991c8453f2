"""The reference seeds agree with one another and with what the report published."""

from collections import Counter

import pytest

from helpers import codes, reference

PUBLISHED = reference("published_figures")
KEYS = {
    "editions": ["edition"],
    "sectors": ["sector_code", "first_edition"],
    "sector_nace": ["nace_prefix", "first_edition"],
    "size_classes": ["size_class_code", "first_edition"],
    "population": ["edition", "sector_code", "size_class_code"],
    "expected_counts": ["edition", "sector_code", "size_class_code"],
    "blocks": ["block_id"],
    "questions": ["edition", "column_name"],
    "answer_codes": ["question_id", "answer_code"],
    "derived_questions": ["question_id"],
    "bases": ["base_id"],
    "indicators": ["indicator_id", "base_id"],
    "fieldwork_indicators": ["indicator_id"],
    "figure_titles": ["figure"],
    "report_tables": ["table_id"],
    "auxiliary_variables": ["domain", "category"],
    "report_terms": ["term_id"],
    "reliability_rules": ["rule_id"],
    "interval_rules": ["domain", "category"],
    "test_families": ["family_rule_id"],
    "quality_concepts": ["concept_code"],
    "quality_measures": ["measure_id"],
    "quality_texts": ["concept_code", "edition"],
    "comparability": ["previous_edition", "edition", "indicator_id", "base_id"],
    "figures": ["figure", "series_id", "item_id", "indicator_id", "base_id"],
    "published_figures": [
        "edition", "source", "indicator", "base", "domain", "category",
    ],
}


def question_codes():
    """Codes by question, reported and derived, of the seed answer_codes."""
    known = {}
    for row in reference("answer_codes"):
        known.setdefault(row["question_id"], set()).add(row["answer_code"])
    return known


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(name):
    """No two rows have the same key."""
    found = Counter(tuple(row[column] for column in KEYS[name]) for row in reference(name))
    assert [key for key, count in found.items() if count > 1] == []


@pytest.mark.parametrize(
    ("seed", "column", "indicator"),
    [
        ("population", "population_count", "population"),
        ("expected_counts", "sampled_count", "sampled"),
        ("expected_counts", "usable_count", "usable"),
    ],
)
def test_counts_of_strata_are_the_published_ones(seed, column, indicator):
    """Population, sample and usable responses are those of the report's tables."""
    published = {
        (row["edition"], row["category"]): int(row["value"])
        for row in PUBLISHED
        if row["indicator"] == indicator and row["domain"] == "stratum"
    }
    found = {
        (row["edition"], f"{row['sector_code']}|{row['size_class_code']}"): int(row[column])
        for row in reference(seed)
        if row["is_assumed"] == "false"
    }
    assert published and found == published


def test_published_margins_are_sums_of_strata():
    """Sector, size and total rows of the tables of counts are the sums of their strata."""
    for row in PUBLISHED:
        if row["indicator"] not in ("population", "sampled", "usable"):
            continue
        if row["source"] not in {"tabel_1", "tabel_2"} or row["domain"] == "stratum":
            continue
        strata = [
            int(other["value"])
            for other in PUBLISHED
            if other["domain"] == "stratum"
            and all(other[name] == row[name] for name in ("edition", "source", "indicator"))
            and (row["category"] == "total" or row["category"] in other["category"].split("|"))
        ]
        assert sum(strata) == int(row["value"]), row


def test_every_published_percentage_has_an_indicator():
    """Each percentage that the report prints is an indicator, or a rate of the fieldwork."""
    known = {(row["indicator_id"], row["base_id"]) for row in reference("indicators")}
    rates = {row["indicator_id"] for row in reference("fieldwork_indicators")}
    missing = [
        row
        for row in PUBLISHED
        if row["unit"] != "count"
        and (row["indicator"], row["base"]) not in known
        and row["indicator"] not in rates
    ]
    assert missing == []


def test_categories_are_strata_sectors_and_sizes():
    """Published rows name known sectors, size classes and strata."""
    sectors = {row["sector_code"] for row in reference("sectors")}
    sizes = {row["size_class_code"] for row in reference("size_classes")}
    known = {
        "total": {"total"},
        "sector": sectors,
        "size": sizes,
        "stratum": {f"{sector}|{size}" for sector in sectors for size in sizes},
    }
    unknown = [
        row
        for row in PUBLISHED
        if row["domain"] in known and row["category"] not in known[row["domain"]]
    ]
    assert unknown == []


def test_hit_codes_are_answer_codes():
    """Indicators count codes that their question can take."""
    known = question_codes()
    for row in reference("indicators"):
        assert codes(row["hit_codes"]), row
        assert set(codes(row["hit_codes"])) <= known[row["question_id"]], row


def test_base_codes_are_answer_codes():
    """Bases ask for codes that their questions can take, one a question."""
    known = question_codes()
    for row in reference("bases"):
        questions, wanted = codes(row["question_ids"]), codes(row["answer_codes"])
        assert len(questions) == len(wanted), row
        for question, code in zip(questions, wanted, strict=True):
            assert code in known[question], row


def test_question_codes_are_labelled():
    """Every code that a question takes has a label, in every edition."""
    known = question_codes()
    for row in reference("questions"):
        assert set(codes(row["answer_codes"])) <= known[row["question_id"]], row


def test_references_between_seeds():
    """Blocks, bases, questions and sectors that a seed names exist."""
    bases = {row["base_id"] for row in reference("bases")}
    blocks = {row["block_id"] for row in reference("blocks")}
    editions = {row["edition"] for row in reference("editions")}
    sectors = {row["sector_code"] for row in reference("sectors")}
    reported = {row["question_id"] for row in reference("questions")}
    derived = {row["question_id"] for row in reference("derived_questions")}
    for row in reference("questions"):
        assert row["block_id"] in blocks and row["base_id"] in bases
        assert row["edition"] in editions
    for row in reference("blocks"):
        assert row["base_id"] in bases
        assert not row["class_question_id"] or row["class_question_id"] in derived
    for row in reference("derived_questions"):
        assert bool(row["input_block_id"]) != bool(row["input_question_ids"]), row
        assert not row["input_block_id"] or row["input_block_id"] in blocks
        assert set(codes(row["input_question_ids"])) <= reported
        assert row["base_id"] in bases
    for row in reference("indicators"):
        assert row["question_id"] in reported | derived and row["base_id"] in bases, row
    for row in reference("sector_nace"):
        assert row["sector_code"] in sectors


def test_activities_are_those_of_their_sectors():
    """The divisions and groups that Tabel 7 prints are the prefixes of the sector, in the same
    editions as the sector.
    """
    printed, prefixes = set(), set()
    for row in reference("sector_activities"):
        first, _, last = row["activity_code"].replace(".", "").partition("-")
        printed |= {
            (f"{number:0{len(first)}}", row["sector_code"], row["first_edition"])
            for number in range(int(first), int(last or first) + 1)
        }
    for row in reference("sector_nace"):
        prefixes.add((row["nace_prefix"], row["sector_code"], row["first_edition"]))
    assert prefixes <= printed
    # Numbers that NACE does not give to a division.
    assert all(int(prefix) < 100 for prefix, *_ in printed - prefixes)
    assert {row[1:] for row in printed} == {
        (row["sector_code"], row["first_edition"]) for row in reference("sectors")
    }


def test_figures_are_indicators():
    """Items of figures are indicators; figures have a title, and series or editions."""
    known = {(row["indicator_id"], row["base_id"]) for row in reference("indicators")}
    titles = {row["figure"]: row for row in reference("figure_titles")}
    for row in reference("figures"):
        assert (row["indicator_id"], row["base_id"]) in known, row
        compares_editions = titles[row["figure"]]["compares_editions"] == "true"
        assert compares_editions == (row["series_id"] == ""), row
    assert {row["figure"] for row in reference("figures")} == set(titles)


def test_size_classes_leave_no_gap():
    """In every edition each size class begins where the one before it ends; only the last is
    open.
    """
    for edition in (int(row["edition"]) for row in reference("editions")):
        sizes = sorted(
            (
                row
                for row in reference("size_classes")
                if int(row["first_edition"] or edition) <= edition
                <= int(row["last_edition"] or edition)
            ),
            key=lambda row: int(row["sort_order"]),
        )
        for one, other in zip(sizes, sizes[1:]):
            assert int(one["employee_count_max"]) + 1 == int(other["employee_count_min"])
        assert sizes[-1]["employee_count_max"] == ""
