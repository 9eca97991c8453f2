"""What the published percentages give away; the work is barometer.method.suppression."""

from barometer.method.suppression import given_away


def model(dbt, session):
    dbt.config(materialized="table")
    published = dbt.ref("pub_estimates").project(
        "edition, indicator_id, base_id, domain, category, estimate_pct as printed_pct"
    )
    return given_away(
        strata=dbt.ref("int_strata_weighted").to_arrow_table(),
        domains=dbt.ref("int_strata_domains").to_arrow_table(),
        counts=dbt.ref("int_disclosure_counts").to_arrow_table(),
        codes=dbt.ref("int_indicator_codes").to_arrow_table(),
        published=published.to_arrow_table(),
        rules=dbt.ref("confidentiality_rules").to_arrow_table(),
    )
