"""Replicate weights give the published sampling errors, in numpy and in R."""

import hashlib
import re
import shutil
import subprocess

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from barometer.command import main
from barometer.method.replicate_weights import replicate_weights
from helpers import PROJECT, clean_environment

REPLICATES = 200


def table(rows):
    """Rows as a table."""
    return pa.Table.from_pylist(rows)


def of_strata(sizes, replicates=REPLICATES):
    """Weights of an edition whose strata have these responses and enterprises: by stratum (responses, replicates)."""
    strata = [
        {"edition": 1, "stratum_id": name, "weighting_stratum_id": None, "population_count": population,
         "usable_count": count} for name, (count, population) in sizes.items()
    ]
    responses = [
        {"edition": 1, "response_key": 1000 * place + number, "stratum_id": name,
         "final_weight": population / count}
        for place, (name, (count, population)) in enumerate(sizes.items()) for number in range(count)
    ]
    found = replicate_weights(table(responses[::-1]), table(strata), replicates)
    assert found["response_key"].to_pylist() == [row["response_key"] for row in responses]
    weights = np.column_stack([found[f"replicate_weight_{number + 1}"] for number in range(replicates)])
    starts = np.cumsum([0, *(count for count, _ in sizes.values())])
    return {name: weights[starts[place]:starts[place + 1]] for place, name in enumerate(sizes)}


@pytest.fixture(scope="module")
def strata():
    """Strata even and odd, sampled little and almost whole, of one response and of all."""
    return {"even": (6, 60), "odd": (7, 9), "pair": (2, 5), "lonely": (1, 4), "whole": (3, 3), "one": (1, 1)}


@pytest.fixture(scope="module")
def weights(strata):
    """Four thousand replicates of them."""
    return of_strata(strata, 4000)


def test_weights_are_of_the_population(weights, strata):
    """Never negative; in each stratum and replicate they sum to its enterprises, but for a lonely response."""
    for name, (count, population) in strata.items():
        assert (weights[name] >= 0).all()
        if name != "lonely":
            assert weights[name].sum(axis=0) == pytest.approx(np.full(4000, population))
        assert weights[name].mean(axis=1) == pytest.approx(np.full(count, population / count), rel=0.05)


def test_a_census_has_no_variance(weights):
    """Every replicate has the final weight, also where that stratum is one enterprise."""
    assert (weights["whole"] == 1).all() and (weights["one"] == 1).all()


def test_variance_of_a_total_is_that_of_the_design(weights, strata):
    """(1 − f) N² s² / n, within the simulation error of 4,000 replicates; of one response (1 − f) w² y²."""
    for name, (count, population) in strata.items():
        values = np.arange(1, count + 1) ** 2.0
        totals = values @ weights[name]
        found = ((totals - population / count * values.sum()) ** 2).mean()
        spread = values.var(ddof=1) if count > 1 else values[0] ** 2
        expected = (1 - count / population) * population**2 * spread / count
        assert found == pytest.approx(expected, rel=0.12, abs=1e-12), name


def test_anyone_can_draw_again():
    """Half of a stratum, rounded down, in the order of the digests: the first is drawn, of three."""
    population = 10
    weights = of_strata({"three": (3, population)}, 20)["three"]
    for replicate in range(20):
        digests = [hashlib.md5(f"replicate|1|{replicate + 1}|{key}".encode()).hexdigest() for key in range(3)]
        drawn = np.array([digest == min(digests) for digest in digests])
        scale = np.sqrt((1 - 3 / population) / 2)
        assert weights[:, replicate] == pytest.approx(population / 3 * (1 + scale * (3 * drawn - 1)))


def test_strata_weighted_together_are_one(strata):
    """A response of a merged stratum is drawn with those of the other, from the enterprises of both."""
    merged = [
        {"edition": 1, "stratum_id": "a", "weighting_stratum_id": "b", "population_count": 10, "usable_count": 0},
        {"edition": 1, "stratum_id": "b", "weighting_stratum_id": None, "population_count": 20, "usable_count": 4},
    ]
    responses = [{"edition": 1, "response_key": key, "stratum_id": "b", "final_weight": 7.5} for key in range(4)]
    found = replicate_weights(table(responses), table(merged), 50)
    sums = [sum(found[f"replicate_weight_{number}"].to_pylist()) for number in range(1, 51)]
    assert sums == pytest.approx([30] * 50)


def test_a_draw_depends_on_its_own_stratum_alone(strata):
    """Other strata, and the order of rows, change nothing; a replicate is the same among more."""
    alone = of_strata({"even": strata["even"]}, 20)["even"]
    assert (alone == of_strata({"even": strata["even"], "odd": strata["odd"]}, 30)["even"][:, :20]).all()
    assert len({tuple(column) for column in alone.T.round(9)}) > 5


def test_a_single_replicate_is_refused():
    """It has no variance."""
    with pytest.raises(ValueError, match="found 1; expected 2 or more"):
        of_strata({"a": (2, 4)}, 1)


@pytest.fixture(scope="module")
def written(built_project, tmp_path_factory):
    """The weights that the command writes of a release."""
    file = tmp_path_factory.mktemp("weights") / "weights.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(built_project)
        assert main(["replicate-weights", "--output", str(file)]) == 0
    assert oct(file.stat().st_mode)[-3:] == "640"
    return file


def test_what_cannot_be_written_is_one_sentence(built_project, tmp_path, monkeypatch, capsys):
    """Another kind of file, and a release that is not there: exit code 1, nothing is written."""
    monkeypatch.chdir(built_project)
    for output, release in (("weights.xlsx", "release"), ("weights.csv", "nowhere")):
        arguments = ["replicate-weights", "--output", str(tmp_path / output), "--release-path", release]
        assert main(arguments) == 1
        assert re.match(r"barometer: .*(weights\.xlsx|nowhere)", capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


def test_a_file_for_a_spreadsheet_has_the_same_weights(built_project, written, tmp_path, monkeypatch):
    """CSV, of few replicates: those of the Parquet file."""
    monkeypatch.chdir(built_project)
    assert main(["replicate-weights", "--output", str(tmp_path / "w.csv"), "--replicates", "2"]) == 0
    expected = pq.read_table(written).select(range(5))
    assert csv.read_csv(tmp_path / "w.csv").to_pydict() == expected.to_pydict()


def test_weights_give_the_published_sampling_errors(built_project, written):
    """All shares of a question of its own: the ratio of both errors is 1 on average, and within what 200 replicates allow."""
    weights = pq.read_table(written)
    keys = {key: place for place, key in enumerate(weights["response_key"].to_pylist())}
    final = weights["final_weight"].to_numpy()
    replicates = np.column_stack(weights.columns[3:])
    assert replicates.shape == (len(keys), REPLICATES)
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as session:
        rows = session.sql(
            """
            with hits as (
                select edition, indicator_id, base_id, response_key, stratum_id,
                    list_contains(string_split(hit_codes, '|'), answer_code::varchar) as is_hit
                from reference.indicators
                inner join marts.fct_answers using (question_id)
                inner join marts.fct_responses using (edition, response_key)
                where hit_codes is not null and answer_values is null and answer_code is not null
            )
            select
                list(response_key) as members, list(is_hit) as hits, any_value(estimate_pct) as estimate_pct,
                any_value(se_sampling_pct) as se_sampling_pct
            from hits
            inner join marts.dim_strata using (edition, stratum_id)
            inner join marts.fct_estimates as cells using (edition, indicator_id, base_id)
            where category = case domain when 'total' then 'total' when 'size' then size_class_code else sector_code end
                and respondent_count >= 100 and hit_count between 10 and respondent_count - 10
            group by edition, indicator_id, base_id, domain, category
            having count(*) = any_value(respondent_count) and count_if(is_hit) = any_value(hit_count)
            """
        ).fetchall()
    ratios = []
    for members, hits, estimate, se in rows:
        places, hits = np.array([keys[key] for key in members]), np.array(hits)
        share = 100 * final[places] @ hits / final[places].sum()
        assert share == pytest.approx(estimate)
        shares = 100 * hits @ replicates[places] / replicates[places].sum(axis=0)
        ratios.append(np.sqrt(((shares - share) ** 2).mean()) / se)
    assert len(ratios) > 300
    assert np.mean(ratios) == pytest.approx(1, abs=0.02)
    assert np.std(ratios) == pytest.approx(1 / np.sqrt(2 * REPLICATES), abs=0.02)
    assert np.quantile(ratios, [0.01, 0.99]) == pytest.approx([1, 1], abs=0.2)


R_SCRIPT = """
library(survey)
data <- read.csv("data.csv")
weights <- read.csv("weights.csv")
data <- merge(data, weights, by = "response_key")
design <- svrepdesign(
  data = data, weights = ~final_weight, repweights = "^replicate_weight_", type = "other",
  scale = 1 / 40, rscales = 1, combined.weights = TRUE, mse = TRUE
)
cat(sprintf("%.15g", c(coef(svymean(~hit, design)), SE(svymean(~hit, design)))))
"""


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r_reads_them(tmp_path, strata):
    """survey's svrepdesign, as docs/precision.md has it, gives the mean of squares that this file takes."""
    named = [(name, number) for name, (count, _) in strata.items() for number in range(count)]
    sets = of_strata(strata, 40)
    weights = np.vstack(list(sets.values()))
    final = np.array([strata[name][1] / strata[name][0] for name, _ in named])
    hit = np.array([(place * 7) % 3 == 0 for place in range(len(named))], dtype=float)
    lines = [",".join(["response_key", "final_weight", *(f"replicate_weight_{number + 1}" for number in range(40))])]
    lines += [",".join(map(repr, [place, float(final[place]), *map(float, weights[place])])) for place in range(len(named))]
    (tmp_path / "weights.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "data.csv").write_text(
        "response_key,hit\n" + "\n".join(f"{place},{value}" for place, value in enumerate(hit)), encoding="utf-8"
    )
    run = subprocess.run(
        ["Rscript", "-e", R_SCRIPT], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
    )
    if "there is no package called" in run.stderr:
        pytest.skip("survey is not installed")
    assert run.returncode == 0, run.stderr
    mean, se = map(float, run.stdout.split())
    expected = final @ hit / final.sum()
    means = hit @ weights / weights.sum(axis=0)
    assert (mean, se) == pytest.approx((expected, np.sqrt(((means - expected) ** 2).mean())), rel=1e-12)
    text = (PROJECT / "docs" / "precision.md").read_text(encoding="utf-8")
    assert "svrepdesign(" in text and 'combined.weights = TRUE, mse = TRUE' in text
