"""Counts of every indicator under further hot decks; the work is barometer.method.replicates."""

from barometer.method.replicates import replicate_counts


def model(dbt, session):
    dbt.config(materialized="table")
    return replicate_counts(
        answers=dbt.ref("int_answers_coded").to_arrow_table(),
        responses=dbt.ref("int_responses_usable").to_arrow_table(),
        editions=dbt.ref("editions").to_arrow_table(),
        questions=dbt.ref("int_questions_asked").to_arrow_table(),
        question_bases=dbt.ref("int_question_bases").to_arrow_table(),
        blocks=dbt.ref("blocks").to_arrow_table(),
        derived_questions=dbt.ref("derived_questions").to_arrow_table(),
        bases=dbt.ref("bases").to_arrow_table(),
        indicators=dbt.ref("indicators").to_arrow_table(),
        minimum_donors=int(dbt.config.meta_get("minimum_donors")),
        replicate_total=int(dbt.config.meta_get("imputation_replicates")),
    )
