"""Great Expectations over the strata: population, sample, usable responses, weights, gaps.

Importing it takes far longer than validating: another process begins with that when a build
begins, while the warehouse computes.
"""

import json
import logging
import os
import sys
from contextlib import closing
from importlib.resources import files
from importlib.util import LazyLoader, find_spec, module_from_spec

import pyarrow as pa

from barometer.system.worker import Worker

RESULTS_SCHEMA = pa.schema(
    [
        ("expectation_id", pa.string()),
        ("claim", pa.string()),
        ("evaluated_count", pa.int32()),
        ("unexpected_count", pa.int32()),
        ("success", pa.bool_()),
        ("message", pa.string()),
    ]
)

_workers: list[Worker] = []


def prepare() -> None:
    """Begin to import Great Expectations in another process, for `validate_in_another_process`."""
    if not _workers:
        _workers.append(Worker())
        _workers[-1].submit(import_great_expectations)


def validate_in_another_process(strata: pa.Table) -> pa.Table:
    """`validate_strata`, where it was prepared for."""
    prepare()
    with closing(_workers.pop()) as worker:
        worker.submit(validate_strata, strata)
        worker.result()
        return worker.result()


def import_great_expectations() -> None:
    """Import it without scipy.stats, a third of the work, which no expectation here needs."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    if "scipy.stats" not in sys.modules:
        specification = find_spec("scipy.stats")
        specification.loader = LazyLoader(specification.loader)
        sys.modules["scipy.stats"] = module_from_spec(specification)
        specification.loader.exec_module(sys.modules["scipy.stats"])
        sys.modules["scipy"].stats = sys.modules["scipy.stats"]
    import great_expectations  # noqa: F401


def validate_strata(strata: pa.Table) -> pa.Table:
    """The outcome of each expectation of `strata_expectations.json`.

    Args:
        strata: `chk_strata_compared`: one row an edition and stratum.

    Returns:
        One row an expectation, schema `RESULTS_SCHEMA`. `message` names each stratum
        that does not meet it, what was found and what is expected.
    """
    import_great_expectations()
    import great_expectations as gx

    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

    suite = json.loads((files("barometer.release") / "strata_expectations.json").read_text())
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("warehouse")
        .add_dataframe_asset("strata")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": strata.to_pandas()})
    )
    validation = batch.validate(
        gx.ExpectationSuite(**suite),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["edition", "stratum_id"],
        },
    )
    return pa.Table.from_pylist(
        [
            outcome_row(expectation, outcome)
            for expectation, outcome in zip(
                suite["expectations"], validation.results, strict=True
            )
        ],
        schema=RESULTS_SCHEMA,
    )


def outcome_row(expectation: dict, outcome) -> dict:
    """One expectation's outcome as a row of `RESULTS_SCHEMA`.

    Raises:
        RuntimeError: the expectation could not be evaluated.
    """
    meta = expectation["meta"]
    if "element_count" not in outcome.result:
        raise RuntimeError(f"expectation {meta['id']}: {outcome.exception_info}")
    result = outcome.result
    return {
        "expectation_id": meta["id"],
        "claim": meta["claim"],
        "evaluated_count": result["element_count"] - result.get("missing_count", 0),
        "unexpected_count": result["unexpected_count"],
        "success": outcome.success,
        "message": "; ".join(
            unexpected_stratum(expectation["kwargs"], unexpected)
            for unexpected in result.get("unexpected_index_list") or []
        ),
    }


def unexpected_stratum(kwargs: dict, unexpected: dict) -> str:
    """A sentence on one stratum: its edition and id, what was found, what is expected."""
    place = f"edition {unexpected['edition']}, stratum {unexpected['stratum_id']}"
    if "column_A" in kwargs:
        found, expected = kwargs["column_A"], kwargs["column_B"]
        return (
            f"{place}, {found}: found {unexpected[found]:.12g}, "
            f"expected {unexpected[expected]:.12g} ({expected})"
        )
    column = kwargs["column"]
    expected = kwargs["value_set"][0] if "value_set" in kwargs else f"more than {kwargs['min_value']}"
    return f"{place}, {column}: found {unexpected[column]:.12g}, expected {expected}"
