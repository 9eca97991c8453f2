"""What the random hot deck and its further decks fill in; the work is barometer.method.hot_deck."""

from barometer.engine.sessions import session_of
from barometer.method.hot_deck import hot_decks


def model(dbt, session):
    dbt.config(materialized="table")
    session = session_of(session)
    return session.sql(
        hot_decks(
            session,
            relations={
                "reported": dbt.ref("int_patterns_reported").sql_query(),
                "responses": dbt.ref("int_responses_usable").sql_query(),
                "slots": dbt.ref("int_question_slots").sql_query(),
                "derived_questions": dbt.ref("int_questions_derived").sql_query(),
                "derived_codes": dbt.ref("int_derived_codes").sql_query(),
                "conditions": dbt.ref("int_base_conditions").sql_query(),
                "questions": dbt.ref("int_questions_numbered").sql_query(),
                "blocks": dbt.ref("blocks").sql_query(),
                "editions": dbt.ref("editions").sql_query(),
            },
            minimum_donors=int(dbt.config.meta_get("minimum_donors")),
            replicate_total=int(dbt.config.meta_get("imputation_replicates")),
        )
    )
