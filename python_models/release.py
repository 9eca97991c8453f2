"""The release folder, swapped in as a whole; the work is barometer.release."""

from pathlib import Path

from barometer.release import publish


def model(dbt, session):
    dbt.config(materialized="table")
    contents = dbt.ref("qlt_release_contents").to_arrow_table()
    return publish(
        session,
        contents["mart_name"].to_pylist(),
        dbt.ref("qlt_expectation_results").to_arrow_table(),
        dbt.ref("qlt_test_results").to_arrow_table(),
        {
            "tables": dbt.ref("report_tables").to_arrow_table(),
            "captions": dbt.ref("int_exhibits_captioned").to_arrow_table(),
            "terms": dbt.ref("report_terms").to_arrow_table(),
        },
        Path(dbt.config.meta_get("release_path")),
    )
