"""The semantic layer, asked through MetricFlow's own command on a built warehouse."""

import csv
import io
import json
import os
import re
import shlex
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import entry_points

import duckdb
import pytest

from helpers import PROCESSES, PROJECT, clean_environment, copy_built, reference

# What the report begins with.
HEADLINE = min(reference("site_highlights"), key=lambda row: int(row["sort_order"]))["indicator_id"]

TOPIC_FILTER = "{{ Dimension('indicator__topic_id') }} = "


@pytest.fixture(scope="module")
def mf(built_project, tmp_path_factory):
    """MetricFlow's command in a built project that it may write into; returns exit code and output.

    All calls are in one process, which imports MetricFlow and reads the project once.
    """
    project = copy_built(built_project, tmp_path_factory.mktemp("semantic") / "project")
    with ProcessPoolExecutor(1, PROCESSES, start_in, (project,)) as process:
        yield lambda *arguments: process.submit(call_metricflow, arguments).result()


def start_in(folder):
    """Work in a folder, without what would change a build; MetricFlow's output is kept."""
    os.chdir(folder)
    kept = clean_environment()
    os.environ.clear()
    os.environ.update(kept)
    sys.stdout = io.StringIO()


@cache
def configuration():
    """What MetricFlow has read of the project."""
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration

    return CLIConfiguration()


def call_metricflow(arguments):
    """What the command `mf` does: its exit code, and its output so far."""
    (command,) = entry_points(group="console_scripts", name="mf")
    with pytest.raises(SystemExit) as end:
        command.load()(arguments, obj=configuration())
    return end.value.code, sys.stdout.getvalue()


@pytest.fixture(scope="module")
def marts(built_project):
    """The released database."""
    with duckdb.connect(
        str(built_project / "release" / "internal" / "ai_barometer.duckdb"), read_only=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def metrics(built_project):
    """Metrics of the manifest by name."""
    manifest = json.loads(
        (built_project / "target" / "semantic_manifest.json").read_text(encoding="utf-8")
    )
    return {metric["name"]: metric for metric in manifest["metrics"]}


@pytest.fixture
def ask(mf, tmp_path):
    """A function that returns the rows that `mf query` answers with."""
    def asked(*arguments):
        answer = tmp_path / "answer.csv"
        answer.unlink(missing_ok=True)
        code, output = mf("query", "--quiet", "--csv", str(answer), *arguments)
        assert code == 0 and answer.exists(), output[-3000:]
        with answer.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return asked


@pytest.mark.parametrize(
    ("domain", "entity"), [("total", None), ("sector", "sector"), ("size", "size_class")]
)
def test_metrics_equal_the_estimates(ask, marts, domain, entity):
    """Every indicator, base and edition: in total, by sector and by size, the rate and its base."""
    groups = ["cell__edition", "indicator", "base", *([entity] if entity else [])]
    found = {
        (int(row["cell__edition"]), row["indicator"], row["base"], row.get(entity, "total")):
            (row["indicator_rate"], row["enterprises_in_base"], row["responses_in_base"])
        for row in ask(
            "--metrics", "indicator_rate,enterprises_in_base,responses_in_base",
            "--group-by", ",".join(groups),
        )
    }
    expected = {
        tuple(place): (rate, base, responses)
        for *place, rate, base, responses in marts.execute(
            "select edition, indicator_id, base_id, category, estimate_pct, population_estimate, "
            "respondent_count from marts.fct_estimates where domain = $1",
            [domain],
        ).fetchall()
    }
    assert set(found) == set(expected) and len(found) > 100
    for place, (rate, base, responses) in expected.items():
        assert float(found[place][0]) == pytest.approx(rate, rel=1e-12, abs=1e-12), place
        assert float(found[place][1]) == pytest.approx(base, rel=1e-12), place
        assert int(found[place][2]) == responses, place


def test_adoption_by_sector_is_the_table_of_the_report(ask, marts, metrics):
    """The metrics of a table's topics, by sector and by size: each cell to its decimal."""
    topics = {row["indicator_id"]: row["topic_id"] for row in reference("indicator_topics")}
    by_topic = {
        where["where_sql_template"].removeprefix(TOPIC_FILTER).strip("'"): name
        for name, metric in metrics.items() if metric["filter"]
        for where in metric["filter"]["where_filters"]
    }
    compared = 0
    for table in reference("report_tables"):
        if not table["base_id"]:
            continue
        rows = marts.sql(f"from marts.{table['mart_name']}").to_arrow_table().to_pylist()
        answer = {
            (int(row["cell__edition"]), row[table["row_dimension"]], row["indicator"]):
                round(float(row[metric]), 1)
            for metric in {by_topic[topics[name]] for name in rows[0] if name in topics}
            for row in ask(
                "--metrics", metric,
                "--group-by", f"cell__edition,indicator,{table['row_dimension']}",
                "--where", "{{ Entity('base') }} = '" + table["base_id"] + "'",
            )
        }
        for row in rows:
            for name in set(row) & set(topics):
                place = (row["edition"], row[f"{table['row_dimension']}_code"], name)
                if row[name] is None:
                    assert place not in answer
                else:
                    assert answer[place] == pytest.approx(row[name], abs=1e-9), place
                    compared += 1
    assert compared > 400


def test_the_call_in_the_docs_is_the_table(ask, marts):
    """Copied from docs/metrics.md and run: the first column of Tabel 3, to its decimal."""
    text = (PROJECT / "docs" / "metrics.md").read_text(encoding="utf-8")
    call = re.search(r"\.venv/bin/mf query (.*?)```", text, re.DOTALL)[1].replace("\\\n", " ")
    answer = {
        (int(row["cell__edition"]), row["sector__label_en"]): round(float(row["adoption_rate"]), 1)
        for row in ask(*shlex.split(call))
    }
    printed = {
        tuple(place): share for *place, share in marts.sql(
            f"select edition, label_en, {HEADLINE} from marts.rpt_table_3 where sector_code != 'total'"
        ).fetchall()
    }
    assert len(printed) > 20 and printed == answer


def test_adoption_is_the_headline(ask, marts):
    """The metric that everyone tries first: by edition alone, the share that the report begins with."""
    answer = {
        int(row["cell__edition"]): float(row["adoption_rate"])
        for row in ask("--metrics", "adoption_rate", "--group-by", "cell__edition")
    }
    assert answer == {
        edition: pytest.approx(share, rel=1e-12) for edition, share in marts.sql(
            "select edition, estimate_pct from marts.fct_estimates "
            f"where indicator_id = '{HEADLINE}' and domain = 'total'"
        ).fetchall()
    }


@pytest.mark.parametrize(
    ("metric", "groups", "count"),
    [
        ("adoption_rate", "size_class", "2"),
        ("technology_rate", "cell__edition", r"\d+"),
        ("barrier_rate", "cell__edition,indicator", r"\d+"),
    ],
)
def test_a_rate_of_several_estimates_is_refused(mf, metric, groups, count):
    """No number where editions, indicators or bases would be put together: a sentence that says what to do."""
    code, output = mf("query", "--quiet", "--metrics", metric, "--group-by", groups)
    assert code != 0
    assert re.search(
        f"rate: found {count} estimates put together; expected one: group by indicator, base and cell__edition",
        output,
    ), output[-2000:]


def test_labels_can_be_grouped_by(ask, marts):
    """An answer in words: labels of indicator, base, sector and size class, in both languages."""
    for language in ("nl", "en"):
        groups = [f"{name}__label_{language}" for name in ("indicator", "base", "size_class")]
        rows = ask("--metrics", "enterprises_in_base", "--group-by", ",".join(groups))
        names = {row[groups[2]] for row in rows}
        assert names == {
            label for (label,) in marts.sql(
                f"select label_{language} from marts.dim_size_classes"
            ).fetchall()
        }


def test_the_year_is_the_time_of_a_metric(ask, marts):
    """A metric by year has the editions as its years."""
    rows = ask("--metrics", "responses_in_base", "--group-by", "metric_time__year")
    assert {int(row["metric_time__year"][:4]) for row in rows} == {
        edition for (edition,) in marts.sql("select edition from marts.dim_editions").fetchall()
    }


def test_every_topic_is_a_metric_and_no_indicator_is_named(metrics):
    """What is added to the seeds is in the metrics; the YAML knows topics alone."""
    filters = [
        where["where_sql_template"]
        for metric in metrics.values() if metric["filter"]
        for where in metric["filter"]["where_filters"]
    ]
    topics = {row["topic_id"] for row in reference("indicator_topics")}
    named = {text.removeprefix(TOPIC_FILTER).strip("'") for text in filters}
    assert len(filters) == len(named)
    assert topics - named == {"response_count"} and named <= topics
    text = (PROJECT / "models" / "semantic" / "_semantic__models.yml").read_text(encoding="utf-8")
    for row in reference("indicators"):
        assert f"'{row['indicator_id']}'" not in text and f" {row['indicator_id']}\n" not in text
    assert all(metric["description"] for metric in metrics.values())


def test_metricflow_finds_no_fault(mf):
    """MetricFlow's own validation, against the warehouse."""
    code, output = mf("validate-configs")
    assert code == 0, output[-3000:]
    assert output.count("ERRORS: 0") >= 6
