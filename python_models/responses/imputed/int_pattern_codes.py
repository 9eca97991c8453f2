"""The code of each question in each pattern; the work is barometer.method.patterns."""

from barometer.engine.sessions import session_of
from barometer.method.patterns import codes_of


def model(dbt, session):
    dbt.config(materialized="table")
    completed = dbt.ref("int_patterns_completed").sql_query()
    return session_of(session).sql(
        codes_of(
            f"(select distinct edition, block_number, pattern from ({completed}) as completed)",
            slots=f"({dbt.ref('int_question_slots').sql_query()})",
            derived_questions=f"({dbt.ref('int_questions_derived').sql_query()})",
            derived_codes=f"({dbt.ref('int_derived_codes').sql_query()})",
        )
    )
