"""Great Expectations over the strata, one row an expectation; the work is barometer.expectations."""

from barometer.expectations import validate_strata


def model(dbt, session):
    dbt.config(materialized="table")
    return validate_strata(dbt.ref("qlt_strata_compared").to_arrow_table())
