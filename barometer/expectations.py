"""Great Expectations over the strata: population, sample, usable responses, weights, gaps."""

import json
import logging
import os
from importlib.resources import files
from threading import Lock

import pyarrow as pa

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

# Great Expectations keeps its context in a global.
_LOCK = Lock()


def validate_strata(strata: pa.Table) -> pa.Table:
    """The outcome of each expectation of `strata_expectations.json`.

    Args:
        strata: `qlt_strata_compared`: one row an edition and stratum.

    Returns:
        One row an expectation, schema `RESULTS_SCHEMA`. `message` names each stratum
        that does not meet it, what was found and what is expected.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

    suite = json.loads((files("barometer") / "strata_expectations.json").read_text())
    with _LOCK:
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
