"""The raw files of this build and what their headers say; the work is barometer.inputs.file_listing."""

from barometer.inputs.file_listing import raw_files


def model(dbt, session):
    dbt.config(materialized="table")
    (variables,) = dbt.ref("build_settings").to_arrow_table().to_pylist()
    return raw_files(
        editions=dbt.ref("editions").to_arrow_table().to_pylist(),
        dialects=dbt.ref("raw_dialects").to_arrow_table().to_pylist(),
        wanted=variables["editions"].split(),
        raw_path=variables["raw_path"],
        seed_path=dbt.config.meta_get("seed_path"),
    )
