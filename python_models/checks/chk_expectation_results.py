"""Great Expectations over the strata, one row an expectation; the work is barometer.release.expectations."""

from barometer.release.expectations import validate_in_another_process


def model(dbt, session):
    dbt.config(materialized="table")
    return validate_in_another_process(dbt.ref("chk_strata_compared").to_arrow_table())
