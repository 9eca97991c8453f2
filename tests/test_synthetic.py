"""The synthetic raw seeds: of nobody, and plausible. Their generator: tests/test_generator.py."""

import hmac
import itertools
import math
import tomllib

import duckdb
import pytest

from barometer.inputs.pseudonyms import SYNTHETIC_KEY
from barometer.synthetic.reference import read_designs
from helpers import PROJECT, read_rows, reference

EDITIONS = [row["edition"] for row in reference("editions") if row["status"] == "synthetic"]
PAIRS = list(itertools.pairwise(sorted(EDITIONS)))
RAW = PROJECT / "seeds" / "raw"
PROFILE = tomllib.loads(
    (PROJECT / "barometer" / "synthetic" / "profile.toml").read_text(encoding="utf-8")
)

# What a response's wave is, by the first of these that was delivered.
WAVES = {"delivery_status": "first_approach", "recontact_status": "second_approach"}


@pytest.fixture(scope="module")
def marts(built_project):
    """The warehouse after a build."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def is_enterprise_number(number):
    """Whether the check digits fit."""
    return len(number) == 10 and number.isdigit() and int(number[8:]) == 97 - int(number[:8]) % 97


@pytest.mark.parametrize("edition", EDITIONS)
def test_sampled_enterprises_do_not_exist(edition):
    """Numbers that the register never issues, and contacts that say that they are synthetic."""
    sample = read_rows(RAW / f"raw_sample_{edition}.csv")
    assert len({row["enterprise_number"] for row in sample}) == len(sample)
    for row in sample:
        assert row["enterprise_number"].startswith("9")
        assert is_enterprise_number(row["enterprise_number"])
        assert not row["contact_name"] or "Synthetisch" in row["contact_name"]
        assert not row["contact_email"] or row["contact_email"].endswith("@synthetic.invalid")
    assert any(row["contact_name"] for row in sample)
    assert any(row["contact_email"] for row in sample)


@pytest.mark.parametrize("edition", EDITIONS)
def test_respondents_do_not_exist(edition):
    """The same of the numbers in the responses, wherever one was filled in."""
    responses = read_rows(RAW / f"raw_responses_{edition}.csv")
    for row in responses:
        for column in ("invited_enterprise_number", "enterprise_number"):
            assert not row[column] or row[column].startswith("9")
        assert is_enterprise_number(row["invited_enterprise_number"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_edition_says_that_it_is_synthetic(edition):
    """The note of a synthetic edition says so."""
    note = next(row["note"] for row in reference("editions") if row["edition"] == edition)
    assert "synthetic" in note.lower()


# Plausible beyond the margins that the report prints.


@pytest.mark.parametrize("edition", EDITIONS)
def test_item_nonresponse_rises(marts, edition):
    """More answers are missing in the last blocks than in the first, and in small enterprises."""
    by_block = marts.sql(
        f"""
        select avg(is_imputed::int) from marts.fct_answers as answers
        join reference.questions as questions using (edition, question_id)
        join reference.blocks as blocks using (block_id)
        where edition = {edition} group by blocks.sort_order order by blocks.sort_order
        """
    ).fetchall()
    by_size = marts.sql(
        f"""
        select avg(is_imputed::int) from marts.fct_answers
        join marts.fct_responses using (edition, response_key)
        join marts.dim_strata using (edition, stratum_id)
        join marts.dim_size_classes as sizes using (size_class_code)
        where edition = {edition} group by sizes.sort_order order by sizes.sort_order
        """
    ).fetchall()
    assert 0 < by_block[0][0] < by_block[-1][0] < 0.1
    assert by_size[0][0] > by_size[-1][0] > 0


@pytest.mark.parametrize("edition", EDITIONS)
def test_technologies_go_together(marts, edition):
    """Every pair of technologies is used together more often than chance would have it."""
    ratios = marts.sql(
        f"""
        with uses as (
            select response_key, question_id, (answer_code = 1)::int as is_used
            from marts.fct_answers
            join reference.questions using (edition, question_id)
            where edition = {edition} and block_id = (
                select input_block_id from reference.derived_questions
                where question_id in (select class_question_id from reference.blocks)
            )
        )
        select avg(a.is_used * b.is_used) / (avg(a.is_used) * avg(b.is_used))
        from uses as a join uses as b using (response_key)
        where a.question_id < b.question_id group by a.question_id, b.question_id
        """
    ).fetchall()
    assert len(ratios) > 10
    assert min(ratio for (ratio,) in ratios) > 1


@pytest.mark.parametrize("block", PROFILE["answers"]["none_share_of"])
def test_few_say_no_to_all(marts, block):
    """Where the profile says so, hardly anybody says no to all of a block, in respondents and in
    enterprises; several yeses are as usual as that allows.
    """
    rows = marts.sql(
        f"""
        with answered as (
            select
                edition, response_key, any_value(final_weight) as final_weight,
                count(*) filter (answer_code = 1) as yes_count
            from marts.fct_answers
            join marts.fct_responses using (edition, response_key)
            join reference.questions using (edition, question_id)
            where block_id = '{block}' group by edition, response_key
        )
        select
            avg((yes_count = 0)::int), sum(final_weight) filter (yes_count = 0) / sum(final_weight),
            avg((yes_count > 1)::int)
        from answered group by edition
        """
    ).fetchall()
    assert rows
    for respondents, enterprises, several in rows:
        assert respondents < 0.03 and enterprises < 0.03
        assert several > 0.3


@pytest.mark.parametrize("edition", EDITIONS)
def test_larger_enterprises_adopt_more(marts, edition):
    """The adoption rate rises from each size class to the next."""
    rates = [
        rate
        for (rate,) in marts.sql(
            f"""
            select any_value(estimate_pct) from marts.fct_estimates as estimates
            join reference.indicators using (indicator_id, base_id)
            join marts.dim_size_classes as sizes on estimates.category = sizes.size_class_code
            where
                edition = {edition} and domain = 'size' and hit_codes = '1'
                and question_id in (select class_question_id from reference.blocks)
            group by sizes.sort_order order by sizes.sort_order
            """
        ).fetchall()
    ]
    assert len(rates) > 2 and rates == sorted(rates)


@pytest.mark.parametrize("edition", EDITIONS)
def test_unusable_of_all_kinds_occur(marts, edition):
    """Each of the three kinds, and responses after every mailing."""
    kinds = marts.sql(
        f"""
        select response_status, count(*) from responses.int_responses_classified
        where edition = {edition} group by all
        """
    ).fetchall()
    assert {kind for kind, _ in kinds} >= {
        "wrong_enterprise", "no_ai_question_answered", "duplicate", "usable"
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_responses_say_who_and_how(marts, edition):
    """Both keys, channel and wave of every usable response, from the raw files in plain Python; no
    edition is in the pseudonym of an enterprise.
    """
    key = SYNTHETIC_KEY.encode()

    def pseudonym(text):
        return int(hmac.new(key, text.encode(), "sha256").hexdigest()[:14], 16) >> 3

    sample = {
        row["enterprise_number"]: row for row in read_rows(RAW / f"raw_sample_{edition}.csv")
    }
    expected = {}
    for row in read_rows(RAW / f"raw_responses_{edition}.csv"):
        enterprise = sample.get(row["invited_enterprise_number"], {})
        waves = [wave for column, wave in WAVES.items() if enterprise.get(column) == "delivered"]
        expected[pseudonym(f"{edition}|{row['response_id']}")] = (
            pseudonym(row["invited_enterprise_number"]), row["response_channel"],
            *(waves or ["follow_up"])[:1],
        )
    found = marts.sql(
        "select response_key, enterprise_key, response_channel, response_wave "
        f"from marts.fct_responses where edition = {edition}"
    ).fetchall()
    assert all(expected[response] == tuple(rest) for response, *rest in found)
    assert {wave for *_, wave in found} >= {*WAVES.values()}


# The panel that two editions share.


def by_stratum(edition):
    """Sampled enterprises by sector and size class, each by its number; and the design."""
    designs = read_designs(PROJECT / "seeds" / "reference")
    design = next(design for design in designs if str(design.edition) == edition)
    found = {(stratum.sector, stratum.size): {} for stratum in design.strata}
    for row in read_rows(RAW / f"raw_sample_{edition}.csv"):
        sector, employees = design.sector_of(row["nace_code"]), int(row["employee_count"])
        (size,) = [
            stratum.size for stratum in design.strata
            if stratum.sector == sector and employees >= stratum.employees_min
            and employees <= (stratum.employees_max or employees)
        ]
        found[sector, size][row["enterprise_number"]] = row
    return found, design


@pytest.mark.parametrize(("previous", "edition"), PAIRS)
def test_editions_share_enterprises_as_the_survey_does(previous, edition):
    """In the size classes that are surveyed each year all that both counts allow, a stratum at a
    time; in the others about as many as two random samples do. Nobody changes stratum.
    """
    each_year = PROFILE["panel"]["surveyed_each_year"]
    (before, _), (after, design) = by_stratum(previous), by_stratum(edition)
    expected = variance = found = shared = 0
    for stratum in design.strata:
        key = (stratum.sector, stratum.size)
        both = len(before.get(key, {}).keys() & after[key].keys())
        shared += both
        if stratum.size in each_year:
            assert both == min(len(before.get(key, {})), len(after[key]))
        else:
            chance = stratum.sampled / stratum.population
            found, expected = found + both, expected + chance * len(before[key])
            variance += chance * (1 - chance) * len(before[key])
    assert expected and abs(found - expected) < 4 * math.sqrt(variance)
    numbers = [{n for enterprises in of.values() for n in enterprises} for of in (before, after)]
    assert len(numbers[0] & numbers[1]) == shared
    assert {stratum.size for stratum in design.strata} > set(each_year)


@pytest.mark.parametrize(("previous", "edition"), PAIRS)
def test_shared_enterprises_stay_what_they_are(previous, edition):
    """Activity, region and establishments are the same; numbers of employees move a little."""
    before, after = (
        {number: row for of in by_stratum(year)[0].values() for number, row in of.items()}
        for year in (previous, edition)
    )
    changes = []
    for number in before.keys() & after.keys():
        for column in ("nace_code", "registered_region", "flemish_establishment_count"):
            assert after[number][column] == before[number][column]
        old, new = (int(rows[number]["employee_count"]) for rows in (before, after))
        changes.append(abs(math.log((new + 1) / (old + 1))))
    assert 0 < sum(changes) / len(changes) < PROFILE["panel"]["employee_count_change"]
    assert max(changes) < 6 * PROFILE["panel"]["employee_count_change"]


@pytest.mark.parametrize(("previous", "edition"), PAIRS)
def test_adoption_persists(marts, previous, edition):
    """Of respondents of both editions in the size classes that are surveyed each year: there are as
    many as the profile says; who adopted does so more often than others, but not always; and who
    used more technologies uses more.
    """
    rows = marts.sql(
        f"""
        with uses as (
            select
                edition, enterprise_key, size_class_code,
                count(*) filter (answer_code = 1) as use_count
            from marts.fct_answers
            join marts.fct_responses using (edition, response_key)
            join marts.dim_strata using (edition, stratum_id)
            join reference.questions using (edition, question_id)
            where block_id = '{PROFILE["adoption"]["block"]}'
            group by edition, enterprise_key, size_class_code
        )
        select
            size_class_code,
            corr(a.use_count, b.use_count) filter (a.use_count > 0 and b.use_count > 0),
            count(*) filter (a.use_count > 0 and b.use_count > 0),
            count(*) filter (a.use_count > 0 and b.use_count = 0),
            count(*) filter (a.use_count = 0 and b.use_count > 0),
            count(*) filter (a.use_count = 0 and b.use_count = 0)
        from uses as a join uses as b using (enterprise_key, size_class_code)
        where a.edition = {previous} and b.edition = {edition} group by all
        """
    ).fetchall()
    panel = [row for row in rows if row[0] in PROFILE["panel"]["surveyed_each_year"]]
    assert len(panel) == len(PROFILE["panel"]["surveyed_each_year"])
    for _, correlation, stayed, left, began, never in panel:
        assert min(stayed, left, began, never) > 5
        assert 4 < stayed * never / (left * began) < 25
        assert correlation > 0.1
    respondents = sum(
        min(counts) for counts in zip(*(
            [s.usable for s in by_stratum(year)[1].strata
             if s.size in PROFILE["panel"]["surveyed_each_year"]]
            for year in (previous, edition)
        ), strict=True)
    )
    found = sum(sum(row[2:]) for row in panel)
    assert found / respondents == pytest.approx(PROFILE["panel"]["responds_again"], abs=0.03)
