{#-
Fails, or warns, when the input checks have findings of one severity. Three findings of a
rule in a column are reported, and how many more there are.

Arguments:
    of_severity (string): the severity of the findings, as in the seed validation_rules.
-#}
{% test finds_nothing(model, of_severity) %}

    {%- set reported = 3 %}

    with

    ranked as (

        select
            *,
            row_number() over (
                partition by rule_id, file_name, column_name
                order by line_number
            ) as place,
            count(*) over (partition by rule_id, file_name, column_name) as finding_count

        from {{ model }}

        where severity = '{{ of_severity }}'

    )

    select
        message || if(
            place = {{ reported }} and finding_count > place,
            '; and ' || (finding_count - place) || ' more like it',
            ''
        ) as message

    from ranked

    where place <= {{ reported }}
    order by sort_order, file_name, column_name, line_number

{% endtest %}
