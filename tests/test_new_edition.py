"""A new edition is files: raw files and rows in the seeds, and no change to anything else."""

from collections import Counter

import duckdb
import pytest

from barometer.inputs.pseudonyms import KEY_VARIABLE
from helpers import codes, folder_digests, read_rows, reference
from input_checks import InputChecks
from made_edition import (
    CENSUS,
    NEW_QUESTION,
    NEW_SECTORS,
    NEW_SIZES,
    NO_ENTERPRISE,
    NO_RESPONSE,
    OLD_LIST,
    ONE_RESPONSE,
    UNREAD,
    MadeEdition,
)
from plain_survey import PlainSurvey
from survey_of_people import KEY

MINIMUM_DONORS = 5


@pytest.fixture(scope="module")
def project(survey):
    """A built copy of the project, built again with one edition more."""
    return {
        "folder": survey.folder, "made": survey.made, "build": survey.build,
        "raw": survey.raw_file("sample").parent,
    }


@pytest.fixture(scope="module")
def marts(project):
    """The release of that build."""
    path = project["folder"] / "release" / "internal" / "ai_barometer.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def plain(project):
    """The new edition computed by plain loops from the same files."""
    folder, raw, made = project["folder"], project["raw"], project["made"]
    seeds = {
        path.stem: reference(path.stem, folder)
        for path in (folder / "seeds" / "reference").glob("*.csv")
    }
    return PlainSurvey(
        seeds,
        made.year,
        read_rows(raw / "sample.csv"),
        read_rows(raw / "responses.csv"),
        MINIMUM_DONORS,
    )


def strata_of(marts, made):
    """Rows of dim_strata of the new edition by stratum."""
    rows = marts.sql(
        f"""
        select sector_code, size_class_code, stratum_id, weighting_stratum_id,
            population_count, sampled_count, usable_count, final_weight
        from marts.dim_strata where edition = {made.year}
        """
    ).fetchall()
    return {row[:2]: row[2:] for row in rows}


def test_only_files_of_data_changed(project, built_project):
    """Between the build before and this one, nothing changed but rows of reference seeds."""
    before, now = (
        {
            name: digest
            for name, digest in folder_digests(folder).items()
            if not name.startswith(
                ("raw/", "release/", ".release.", "target/", "logs/", "warehouse.duckdb")
            )
            and "__pycache__" not in name
        }
        for folder in (built_project, project["folder"])
    )
    assert before.keys() == now.keys() and len(now) > 300
    changed = {name for name in now if now[name] != before[name]}
    assert changed == {
        f"seeds/reference/{seed}.csv"
        for seed in (
            "answer_codes", "derived_questions", "disclosure_control", "editions", "figures",
            "indicator_topics", "indicators", "nace_concordance", "population", "questions",
            "raw_columns", "sector_nace", "sectors", "size_classes",
        )
    }


def test_the_edition_is_what_it_should_be(project):
    """It differs from the latest edition in all that an edition may differ in."""
    made, folder = project["made"], project["folder"]
    rows = reference("questions", folder)
    asked = {
        edition: {row["question_id"]: row for row in rows if int(row["edition"]) == edition}
        for edition in (made.latest, made.year)
    }
    new, old = asked[made.year], asked[made.latest]
    assert set(new) - set(old) == {NEW_QUESTION}
    assert set(old) - set(new) == set(made.dropped) and len(made.dropped) == 2
    block = new[NEW_QUESTION]["block_id"]
    assert sum(row["block_id"] == block for row in new.values()) == 8
    assert not {r["column_name"] for r in new.values()} & {r["column_name"] for r in old.values()}
    assert sum(
        new[name]["answer_codes"] != old[name]["answer_codes"] for name in new if name in old
    ) == 1


def test_all_estimates_are_those_of_plain_loops(marts, project, plain):
    """Every estimate of every indicator, domain and category, and its standard error."""
    found = {
        row[:4]: row[4:]
        for row in marts.sql(
            f"""
            select indicator_id, base_id, domain, category,
                estimate_pct, se_sampling_pct, respondent_count, hit_count, population_estimate
            from marts.fct_estimates where edition = {project['made'].year}
            """
        ).fetchall()
    }
    expected = plain.estimates()
    assert found.keys() == expected.keys() and len(found) > 1000
    # Loops over shares; means are in tests/test_means.py.
    means = {
        (row["indicator_id"], row["base_id"]) for row in reference("indicators") if row["answer_values"]
    }
    expected = {key: row for key, row in expected.items() if key[:2] not in means}
    for key, (estimate, se, base_count, hit_count, weighted_base) in expected.items():
        assert found[key][2:4] == (base_count, hit_count), key
        assert found[key][4] == pytest.approx(weighted_base, rel=1e-9, abs=1e-9), key
        if estimate is None:
            assert found[key][:2] == (None, None), key
        else:
            assert found[key][0] == pytest.approx(estimate, rel=0, abs=1e-9), key
            assert found[key][1] == pytest.approx(se, rel=0, abs=1e-6), key
    categories = {(domain, category) for _, _, domain, category in found}
    assert {("sector", code) for code in NEW_SECTORS} <= categories
    assert {("size", code) for code in NEW_SIZES} <= categories
    assert sum(estimate is not None and 0 < estimate < 100
               for estimate, *_ in expected.values()) > 1000


def test_hot_deck_is_that_of_plain_loops(marts, project, plain):
    """As many answers are imputed, in every level."""
    levels = dict(
        marts.sql(
            f"select imputation_level, count(*) from marts.fct_imputations "
            f"where edition = {project['made'].year} group by all"
        ).fetchall()
    )
    assert sum(levels.values()) == plain.imputed_count > 100
    assert len(levels) >= 2


def test_usable_responses_are_those_of_plain_loops(marts, project, plain):
    """The weights of the responses sum to the population that the seed has."""
    count, weight = marts.sql(
        f"select count(*), sum(final_weight) from marts.fct_responses "
        f"where edition = {project['made'].year}"
    ).fetchone()
    assert count == len(plain.people) < len(project["made"].responses)
    population = sum(counts[0] for counts in project["made"].strata.values())
    assert weight == pytest.approx(population, rel=0, abs=1e-6)


def test_strata_of_one_of_all_and_of_none(marts, project):
    """A single response represents its stratum, a census for itself, an empty stratum is
    weighted with its neighbour, and one without any enterprise with nothing.
    """
    made = project["made"]
    found = strata_of(marts, made)
    assert {key: row[2:5] for key, row in found.items()} == made.strata
    keys = list(made.strata)
    sizes = len(made.ordered("size_classes"))

    def at(place):
        return found[keys[place[0] * sizes + place[1]]]

    assert at(ONE_RESPONSE)[5] == at(ONE_RESPONSE)[2] and at(ONE_RESPONSE)[4] == 1
    assert at(CENSUS)[5] == 1 and at(CENSUS)[2] == at(CENSUS)[4]
    empty, neighbour = at(NO_RESPONSE), at((NO_RESPONSE[0], NO_RESPONSE[1] - 1))
    assert empty[4] == 0 and empty[1] == neighbour[0] == neighbour[1]
    assert empty[5] == neighbour[5] == (empty[2] + neighbour[2]) / neighbour[4]
    assert at(NO_ENTERPRISE)[1:] == (None, 0, 0, 0, None)


def test_a_column_that_is_not_read_is_nowhere(project):
    """A column of the raw file that the seed says is not read is not even in the warehouse."""
    with duckdb.connect(str(project["folder"] / "warehouse.duckdb"), read_only=True) as warehouse:
        columns = {
            name for (name,) in warehouse.sql("select column_name from duckdb_columns()").fetchall()
        }
    assert UNREAD in project["made"].responses[0]
    assert UNREAD not in columns and set(project["made"].question_columns.values()) <= columns


def test_tables_have_a_column_for_the_new_question(marts, project):
    """The eighth technology is in the tables of percentages, empty in earlier editions."""
    made, checked = project["made"], 0
    sources = {
        row["indicator_id"]: row["source"]
        for row in reference("indicators", project["folder"])
        if row["question_id"] == NEW_QUESTION
    }
    for table in reference("report_tables", project["folder"]):
        for indicator in (i for i, s in sources.items() if table["table_id"] in s.split("|")):
            mart, domain = table["mart_name"], table["domain"]
            code = f"{table['row_dimension']}_code"
            assert marts.sql(
                f"select count({indicator}) from marts.{mart} where edition < {made.year}"
            ).fetchone() == (0,)
            assert marts.sql(
                f"""
                select count(*), count_if(
                    cells.{indicator} is distinct from round(estimates.estimate_pct, 1)
                )
                from marts.{mart} as cells join marts.fct_estimates as estimates
                on cells.edition = estimates.edition and cells.{code} = estimates.category
                where cells.edition = {made.year} and estimates.domain = '{domain}'
                and estimates.indicator_id = '{indicator}'
                """
            ).fetchone() == (len({s[domain == 'size'] for s in made.strata}), 0)
            (comment,) = marts.sql(
                f"select comment from duckdb_columns() where table_name = '{mart}' "
                f"and column_name = '{indicator}'"
            ).fetchone()
            assert comment.startswith("Dowsing's share: percent")
            checked += 1
    assert checked == 2


def test_labels_are_those_of_the_edition(marts, project):
    """A table says the bounds that its edition has; the dimension, those of the latest."""
    made = project["made"]
    size = made.ordered("size_classes")[0]
    old = reference("size_classes")[0]
    assert old["size_class_code"] == size["size_class_code"] and old["label_en"] != size["label_en"]
    for table, label in (("rpt_table_1", "size_class_label_en"), ("rpt_table_4", "label_en")):
        assert dict(
            marts.sql(
                f"select distinct edition, {label} from marts.{table} "
                f"where size_class_code = '{size['size_class_code']}'"
            ).fetchall()
        ) == {
            int(row["edition"]): (size if int(row["edition"]) == made.year else old)["label_en"]
            for row in reference("editions", project["folder"])
        }
    assert marts.sql(
        f"select label_en, employee_count_max from marts.dim_size_classes "
        f"where size_class_code = '{size['size_class_code']}'"
    ).fetchall() == [(size["label_en"], int(size["employee_count_max"]))]


def test_earlier_editions_do_not_move(marts, project, built_project):
    """Not a bit of any row of an earlier edition changes, pseudonyms included."""
    made = project["made"]
    marts.execute(
        f"attach '{built_project / 'release' / 'internal' / 'ai_barometer.duckdb'}' as before (read_only)"
    )
    tables = [
        table
        for (table,) in marts.sql(
            "select table_name from duckdb_columns() where schema_name = 'marts' and "
            "column_name = 'edition' and database_name = 'before' "
            # What a claim is compared with is what its figure shows, of whatever edition; a trend takes
            # three, and a break in classification both codes.
            "and table_name not in ('rpt_claims', 'fct_trends', 'fct_classification_breaks')"
        ).fetchall()
    ]
    assert len(tables) > 12
    for table in tables:
        columns = ", ".join(
            column
            for (column,) in marts.sql(
                "select column_name from duckdb_columns() where schema_name = 'marts' and "
                f"database_name = 'before' and table_name = '{table}'"
            ).fetchall()
        )
        now = f"(select {columns} from marts.{table} where edition < {made.year})"
        # A later one is there as print, until it is surveyed.
        old = f"(select {columns} from before.marts.{table} where edition < {made.year})"
        assert marts.sql(f"select count(*) from {old}").fetchone() == marts.sql(
            f"select count(*) from {now}"
        ).fetchone() != (0,), table
        assert marts.sql(f"{old} except all {now}").fetchall() == [], table


def sector_of(code, edition, folder):
    """Sector of a code by the seeds, in plain loops: the longest prefix; none for none."""
    (version,) = {
        row["nace_version"] for row in reference("editions", folder) if int(row["edition"]) == edition
    }
    fitting = {
        row["nace_prefix"]: row["sector_code"] for row in reference("sector_nace", folder)
        if row["nace_version"] == version and code.startswith(row["nace_prefix"])
    }
    return fitting[max(fitting, key=len)] if fitting else "none"


def recoded(row, made, is_later, folder):
    """What an enterprise's code is in the other edition, with shares."""
    if is_later and row["previous_nace_code"]:
        return [(row["previous_nace_code"], 1.0)]
    own, other = ("new", "old") if is_later else ("old", "new")
    fitting = [
        change for change in reference("nace_concordance", folder)
        if row["nace_code"].startswith(change[f"{own}_code"])
    ]
    longest = max((len(change[f"{own}_code"]) for change in fitting), default=0)
    return [
        (change[f"{other}_code"], float(change[f"share_of_{own}"]))
        for change in fitting if len(change[f"{own}_code"]) == longest
    ] or [(row["nace_code"], 1.0)]


@pytest.fixture(scope="module")
def moves(marts, project):
    """How many enterprises are in which sectors of both editions, by the edition that counts them."""
    made, folder = project["made"], project["folder"]
    weights = {
        (edition, sector, size): population / sampled
        for edition, sector, size, population, sampled in marts.sql(
            "select edition, sector_code, size_class_code, population_count, sampled_count "
            "from marts.dim_strata where sampled_count > 0"
        ).fetchall()
    }
    found = Counter()
    for edition, other, sample in (
        (made.latest, made.year, read_rows(folder / "seeds" / "raw" / f"raw_sample_{made.latest}.csv")),
        (made.year, made.latest, made.sample),
    ):
        sizes = [
            row for row in reference("size_classes", folder)
            if int(row["first_edition"] or edition) <= edition <= int(row["last_edition"] or edition)
        ]
        for row in sample:
            employees = int(row["employee_count"])
            size = [
                s["size_class_code"] for s in sizes
                if int(s["employee_count_min"]) <= employees <= int(s["employee_count_max"] or employees)
            ]
            sector = sector_of(row["nace_code"], edition, folder)
            region, establishments = row["registered_region"], int(row["flemish_establishment_count"])
            is_there = region == "flanders" or region == "brussels" and establishments >= 1
            if not size or sector == "none" or not is_there:
                continue
            for code, share in recoded(row, made, edition == made.year, folder):
                pair = sector, sector_of(code, other, folder)
                key = (edition, *(pair if edition == made.latest else pair[::-1]))
                found[key] += share * weights[edition, sector, size[0]]
    return found


def test_moves_between_sectors_are_counted(marts, project, moves):
    """Of either edition, as plain loops over its sample count them."""
    made = project["made"]
    rows = marts.sql(
        f"select coded_edition, previous_sector_code, sector_code, population_count, dual_coded_pct "
        f"from marts.fct_sector_moves where edition = {made.year} and previous_edition = {made.latest}"
    ).fetchall()
    assert {row[:3]: row[3] for row in rows} == pytest.approx(moves)
    assert moves[made.latest, made.giver, made.taker] > 100
    assert moves[made.latest, made.outside, "none"] > 100
    assert moves[made.year, made.giver, made.taker] > 0
    dual = {row[:3]: row[4] for row in rows}
    assert dual[made.latest, made.giver, made.taker] is None
    assert 0 < dual[made.year, made.taker, made.taker] < 100


def test_only_the_same_enterprises_are_compared(marts, project):
    """A sector that lost a part to no sector is outside the comparison; one that gave a part to another
    is in that of the total, and so is what was split; by themselves they are not comparable. A size
    class with other bounds is not comparable; one that stayed as it was is.
    """
    made = project["made"]
    ordered = {
        edition: [row[0] for row in marts.sql(
            f"select sector_code from marts.dim_strata join marts.dim_sectors using (sector_code) "
            f"where edition = {edition} and sector_code != '{made.outside}' "
            "group by sector_code, sort_order having sum(population_count) > 0 order by sort_order"
        ).fetchall()]
        for edition in (made.latest, made.year)
    }
    scopes = marts.sql(
        f"select distinct scope from marts.fct_changes where edition = {made.year} "
        f"and previous_edition = {made.latest}"
    ).fetchall()
    assert scopes == [("|".join(ordered[made.latest]) + ">" + "|".join(ordered[made.year]),)]
    comparable = {
        domain: dict(
            marts.sql(
                f"""
                select category, bool_or(is_comparable) from marts.fct_changes
                where edition = {made.year} and previous_edition = {made.latest}
                    and domain = '{domain}' group by category
                """
            ).fetchall()
        )
        for domain in ("size", "sector", "total")
    }
    first, second, third, *_ = [row["size_class_code"] for row in made.ordered("size_classes")]
    assert comparable["size"] == {first: False, second: False, third: True}
    assert comparable["total"] == {"total": True}
    assert comparable["sector"] == {
        sector: sector not in (made.giver, made.taker)
        for sector in ordered[made.latest] if sector in ordered[made.year]
    }
    assert marts.sql(
        f"select count(*) from marts.fct_changes where edition = {made.year} and category in "
        f"('{first}', '{made.giver}') and previous_edition = {made.latest} "
        "and comparability_reason not like '%do not hold the same enterprises%'"
    ).fetchone() == (0,)


def test_totals_are_compared_without_what_is_outside(marts, project):
    """The change of a total is that of the responses of all other sectors, weighted one by one."""
    made = project["made"]
    changes = marts.sql(
        f"""
        select indicator_id, previous_estimate_pct, estimate_pct from marts.fct_changes
        where edition = {made.year} and previous_edition = {made.latest} and is_comparable
            and domain = 'total' and base_id = 'all' and estimate_pct is not null
        """
    ).fetchall()
    indicators = {
        row["indicator_id"]: (row["question_id"], set(map(int, codes(row["hit_codes"]))))
        for row in reference("indicators", project["folder"])
        if row["base_id"] == "all" and not row["answer_values"]
    }
    compared = 0
    for indicator, *found in changes:
        if indicator not in indicators:
            continue
        question, hits = indicators[indicator]
        for edition, estimate in zip((made.latest, made.year), found, strict=True):
            base = hit = 0.0
            for sector, weight, code in marts.sql(
                f"""
                select split_part(stratum_id, '|', 1), final_weight, answer_code
                from marts.fct_responses join marts.fct_answers using (edition, response_key)
                where edition = {edition} and question_id = '{question}'
                """
            ).fetchall():
                if sector != made.outside:
                    base += weight
                    hit += weight * (code in hits)
            assert estimate == pytest.approx(100 * hit / base), indicator
        compared += 1
    assert compared > 5


def test_the_break_is_that_of_the_same_responses(marts, project):
    """Both estimates of a sector that gave a part away, from the responses one by one, by the code that
    the frame has of each in either version; and so the standard error of their difference."""
    made, folder = project["made"], project["folder"]
    recode = {
        row["enterprise_number"]: recoded(row, made, True, folder) for row in made.sample
    }
    sent = {row["response_id"]: row["invited_enterprise_number"] for row in made.responses}
    question, indicator, hits = next(
        (row["question_id"], row["indicator_id"], set(map(int, codes(row["hit_codes"]))))
        for row in reference("indicators", folder)
        if row["base_id"] == "all" and row["question_id"] in made.question_columns
        and not row["answer_values"]
    )
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            f"""
            select usable.response_id, strata.sector_code, strata.stratum_id, strata.final_weight,
                strata.weighted_usable_count, strata.weighted_population_count, answers.answer_code
            from responses.int_responses_usable as usable
            join estimates.int_strata_weighted as strata using (edition, stratum_number)
            join marts.fct_answers as answers using (edition, response_key)
            where edition = {made.year} and answers.question_id = '{question}'
            """
        ).fetchall()
    people = []
    for response, sector, stratum, weight, sampled, population, code in rows:
        ((previous, share), *others) = recode[sent[response]]
        if others:
            continue
        is_in = sector == made.giver
        was_in = sector_of(previous, made.latest, folder) == made.giver
        people.append((stratum, weight, sampled, population, is_in, was_in, code in hits))
    means, bases = [], []
    for place in (4, 5):
        base = sum(person[1] for person in people if person[place])
        bases.append(base)
        means.append(sum(person[1] * person[6] for person in people if person[place]) / base)
    scores = {}
    for stratum, weight, sampled, population, is_in, was_in, hit in people:
        score = is_in * (hit - means[0]) / bases[0] - was_in * (hit - means[1]) / bases[1]
        scores.setdefault((stratum, weight, sampled, population), []).append(score)
    variance = sum(
        (1 - n / total) * weight**2 * n / (n - 1)
        * (sum(score**2 for score in found) - sum(found) ** 2 / n)
        for (_, weight, n, total), found in scores.items() if n > 1
    )
    (found,) = marts.sql(
        f"""
        select estimate_pct, compared_estimate_pct, break_pp, se_pp, compared_edition
        from marts.fct_classification_breaks
        where edition = {made.year} and indicator_id = '{indicator}' and base_id = 'all'
            and domain = 'sector' and category = '{made.giver}'
        """
    ).fetchall()
    assert means[0] != means[1] and variance > 0
    assert found == pytest.approx((
        100 * means[0], 100 * means[1], 100 * (means[0] - means[1]), 100 * variance**0.5, made.latest
    ))
    assert marts.sql(
        f"select count(*) from marts.fct_classification_breaks where edition != {made.year}"
    ).fetchone() == (0,)


def test_what_cannot_be_compared_is_said(marts, project):
    """By the build, in a sentence a sector, and on the page in both languages, with how much it is."""
    made, folder = project["made"], project["folder"]
    said = " ".join(project["build"].stdout.split())
    for edition in (made.latest, made.year):
        sentence = f"edition {made.year} and {made.latest}, sector {made.outside} of edition {edition}: found "
        assert sentence in said, said
    ((moved, population),) = marts.sql(
        f"""
        select moved_pct, (select moved_pct from marts.rpt_edition_changes
            where kind = 'uncompared' and item_id = '{made.latest}|{made.outside}')
        from marts.rpt_edition_changes where kind = 'reclassified' and item_id = '{made.latest}|total'
        """
    ).fetchall()
    site = folder / "release" / "public" / "site"
    for language, mark in (("nl", ","), ("en", ".")):
        page = (site / language / f"changes-{made.year}.html").read_text(encoding="utf-8")
        assert 'id="uncompared"' in page and 'id="reclassified"' in page
        for value in (moved, population):
            assert f"{value:.1f}%".replace(".", mark) in page


def test_report_in_print_has_the_edition(project):
    """Tables and figures of the new edition are drawn, with the new question on them."""
    report = project["folder"] / "release" / "public" / "report" / str(project["made"].year)
    pages = [path.read_text(encoding="utf-8") for path in report.rglob("*.csv")]
    assert len(pages) > 30
    assert any("Dowsing's share" in page for page in pages)


def test_parquet_is_the_same_edition(project, tmp_path, monkeypatch):
    """Typed Parquet files have the rows and answers of the same edition, to the last one.

    That a single edition has the numbers that it has among others, which are kept:
    tests/test_editions.py. A build from Parquet files: tests/test_bench.py.
    """
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    year = str(project["made"].year)
    (tmp_path / year).mkdir()
    for name, kept in (("sample", "enterprise_number"), ("responses", "response_id")):
        duckdb.sql(
            f"copy (from read_csv('{project['raw'] / name}.csv', "
            f"types={{'{kept}': 'varchar'}}, nullstr='')) to '{tmp_path / year / name}.parquet'"
        )
    checks = InputChecks(year, project=project["folder"])
    found = []
    for folder in (project["raw"].parent, tmp_path):
        assert "error" not in {finding["severity"] for finding in checks.check(folder)}
        found.append([
            checks.rows_of(f"({query}) order by all")
            for query in (
                "select * exclude (file_name) from raw_sample",
                # Typed, a time is written with a blank before the hour.
                "select * exclude (file_name) replace (submitted_at::timestamp as submitted_at) "
                "from raw_responses",
                "from raw_answers",
            )
        ])
    assert found[0] == found[1]
    assert len(found[0][1]) == len(project["made"].responses)


def test_the_series_of_the_old_list_goes_on(project, marts):
    """With one technology more, any of them is another question; any of the old list is the one of before."""
    made = project["made"]
    with duckdb.connect(str(project["folder"] / "warehouse.duckdb"), read_only=True) as warehouse:
        verdicts = dict(warehouse.execute(
            "select indicator_id, is_comparable from estimates.int_comparability "
            "where edition = $1 and previous_edition = $2 and indicator_id in ($3, $4)",
            [made.year, made.latest, made.whole_list, OLD_LIST],
        ).fetchall())
    assert verdicts == {made.whole_list: False, OLD_LIST: True}
    shares = dict(marts.execute(
        "select indicator_id, estimate_pct from marts.fct_estimates "
        "where edition = $1 and domain = 'total' and indicator_id in ($2, $3)",
        [made.year, made.whole_list, OLD_LIST],
    ).fetchall())
    assert 0 < shares[OLD_LIST] < shares[made.whole_list]


def test_the_release_says_what_the_edition_changes(project, marts):
    """In the build's output, and on a page: the new question and what it makes incomparable, each
    with a sentence that can be read."""
    made = project["made"]
    (line,) = [line for line in project["build"].stdout.splitlines() if "defined otherwise" in line]
    assert line.startswith(f"edition {made.year} beside {made.latest}: ")
    assert line.endswith(f"changes-{made.year}.html")
    changes = marts.sql(
        f"from marts.rpt_edition_changes where edition = {made.year}"
    ).to_arrow_table().to_pylist()
    with duckdb.connect(str(project["folder"] / "warehouse.duckdb"), read_only=True) as warehouse:
        longest, found = warehouse.sql(
            "select max(length(comparability_reason)), count(*) from estimates.int_comparability "
            f"where edition = {made.year} and not is_comparable"
        ).fetchone()
    kinds = {kind: {row["item_id"] for row in changes if row["kind"] == kind}
             for kind in {row["kind"] for row in changes}}
    assert f"{len(kinds['redefined'])} indicators defined otherwise" in line and found > 0
    assert longest < 300
    added = {row["item_id"] for row in changes
             if row["question_id"] == NEW_QUESTION and row["difference"] == "added"}
    assert len(added) > 10 and added <= kinds["redefined"]
    assert {f"{new}|{base}" for new, base in marts.sql(
        f"select distinct indicator_id, base_id from marts.fct_estimates where edition = {made.year} "
        f"and indicator_id in {tuple(made.new_indicators.values())}"
    ).fetchall()} <= kinds["begun"]
    assert {f"sector|{code}" for code in NEW_SECTORS} <= kinds["begun"]
    assert {f"size|{code}" for code in NEW_SIZES} <= kinds["begun"]
    assert kinds["ended"] and kinds["regrouped"] and kinds["moved"].isdisjoint(kinds["redefined"])
    site = project["folder"] / "release" / "public" / "site"
    pages = [
        (site / language / f"changes-{made.year}.html").read_text(encoding="utf-8")
        for language in ("nl", "en")
    ]
    assert "Dowsing" in pages[1] and all('id="redefined"' in page for page in pages)
