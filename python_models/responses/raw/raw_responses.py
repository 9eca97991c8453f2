"""Questionnaires received as the raw files have them; the work is barometer.inputs.input_files."""

from barometer.inputs.input_files import raw_rows


def model(dbt, session):
    dbt.config(materialized="table")
    return raw_rows(
        files=dbt.ref("raw_files").to_arrow_table().to_pylist(),
        file_kind="responses",
        columns=dbt.ref("int_raw_columns").filter("is_read").to_arrow_table().to_pylist(),
    )
