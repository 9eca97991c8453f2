"""What is withheld of protected editions; the work is barometer.method.suppression."""

from barometer.method.suppression import withheld_groups


def model(dbt, session):
    dbt.config(materialized="table")
    return withheld_groups(
        strata=dbt.ref("int_strata_weighted").to_arrow_table(),
        domains=dbt.ref("int_strata_domains").to_arrow_table(),
        counts=dbt.ref("int_disclosure_counts").to_arrow_table(),
        codes=dbt.ref("int_indicator_codes").to_arrow_table(),
        cells=dbt.ref("int_cells_to_publish").to_arrow_table(),
        groups=dbt.ref("int_indicator_suppression_groups").to_arrow_table(),
        bases=dbt.ref("int_bases_decided").to_arrow_table(),
        rules=dbt.ref("confidentiality_rules").to_arrow_table(),
    )
