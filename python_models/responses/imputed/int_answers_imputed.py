"""Answers that the random hot deck fills in, one row each; the work is barometer.method.hot_deck."""

from barometer.method.imputation import donated_answers


def model(dbt, session):
    dbt.config(materialized="table")
    return donated_answers(
        answers=dbt.ref("int_answers_coded").to_arrow_table(),
        responses=dbt.ref("int_responses_usable").to_arrow_table(),
        editions=dbt.ref("editions").to_arrow_table(),
        questions=dbt.ref("int_questions_asked").to_arrow_table(),
        blocks=dbt.ref("blocks").to_arrow_table(),
        derived_questions=dbt.ref("derived_questions").to_arrow_table(),
        bases=dbt.ref("bases").to_arrow_table(),
        minimum_donors=int(dbt.config.meta_get("minimum_donors")),
    )
