"""Questionnaires received as the raw files have them; the work is barometer.inputs.engine_rows."""

from barometer.engine.sessions import session_of


def model(dbt, session):
    dbt.config(materialized="table")
    session = session_of(session)
    return session.sql(
        session.raw_rows(
            files=dbt.ref("raw_files").to_arrow_table().to_pylist(),
            file_kind="responses",
            columns=dbt.ref("int_raw_columns").filter("is_read").to_arrow_table().to_pylist(),
            seeds=dict(dbt.ref("raw_seeds").fetchall()),
            mappings=dbt.ref("raw_mappings").to_arrow_table().to_pylist(),
            labels=dbt.ref("raw_labels").to_arrow_table().to_pylist(),
        )
    )
