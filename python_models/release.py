"""The release folder, swapped in as a whole; the work is barometer.release."""

from pathlib import Path

from barometer.release import publish
from barometer.release_folder import kept_count


def model(dbt, session):
    dbt.config(materialized="table")
    contents = dbt.ref("qlt_release_contents").to_arrow_table()
    return publish(
        session,
        contents,
        dbt.ref("qlt_expectation_results").to_arrow_table(),
        dbt.ref("qlt_test_results").to_arrow_table(),
        dbt.ref("qlt_rule_counts").to_arrow_table(),
        {
            "tables": dbt.ref("report_tables").to_arrow_table(),
            "captions": dbt.ref("int_exhibits_captioned").to_arrow_table(),
            "terms": dbt.ref("report_terms").to_arrow_table(),
            "workbook_columns": dbt.ref("workbook_columns").to_arrow_table(),
            "sdmx_components": dbt.ref("sdmx_components").to_arrow_table(),
            "sdmx_codelists": dbt.ref("sdmx_codelists").to_arrow_table(),
            "sdmx_codes": dbt.ref("sdmx_codes").to_arrow_table(),
            "site_texts": dbt.ref("site_texts").to_arrow_table(),
            "site_highlights": dbt.ref("site_highlights").to_arrow_table(),
            "figures": dbt.ref("figures").to_arrow_table(),
            "bases": dbt.ref("bases").to_arrow_table(),
            "blocks": dbt.ref("blocks").to_arrow_table(),
            "sectors": dbt.ref("sectors").to_arrow_table(),
            "sector_nace": dbt.ref("sector_nace").to_arrow_table(),
            "reliability_rules": dbt.ref("reliability_rules").to_arrow_table(),
        },
        Path(contents["release_path"][0].as_py()),
        kept_count(dbt.config.meta_get("keep_releases")),
        dbt_manifest=Path(contents["dbt_manifest"][0].as_py()),
    )
