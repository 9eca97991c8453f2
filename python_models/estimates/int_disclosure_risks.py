"""Answers that each printed cell is compatible with; the work is barometer.method.disclosure."""

from barometer.method.disclosure import disclosure_risks


def model(dbt, session):
    dbt.config(materialized="table")
    return disclosure_risks(
        cells=dbt.ref("int_cells_printed").to_arrow_table(),
        strata=dbt.ref("int_strata_weighted").to_arrow_table(),
        domains=dbt.ref("int_strata_domains").to_arrow_table(),
        rules=dbt.ref("confidentiality_rules").to_arrow_table(),
        solution_limit=int(dbt.config.meta_get("solution_limit")),
    )
