"""Answers of each questionnaire, packed by block; the work is barometer.method.patterns."""

from barometer.method.patterns import packed_answers


def model(dbt, session):
    dbt.config(materialized="table")
    return session.sql(
        packed_answers(
            responses=dbt.ref("raw_responses").sql_query(),
            columns=dbt.ref("raw_responses").columns,
            slots=dbt.ref("int_question_slots").order("all").to_arrow_table().to_pylist(),
        )
    )
