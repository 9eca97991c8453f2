"""Answers of each questionnaire, packed by block; the work is barometer.method.patterns."""

from barometer.engine.sessions import session_of
from barometer.method.patterns import packed_answers


def model(dbt, session):
    dbt.config(materialized="table")
    responses = dbt.ref("raw_responses")
    return session_of(session).sql(
        packed_answers(
            responses=responses.sql_query(),
            columns=responses.columns,
            slots=dbt.ref("int_question_slots").order("all").to_arrow_table().to_pylist(),
        )
    )
