{#- Columns of raw_responses that are no questions, whatever the edition: the first of its cells. -#}
{% macro response_columns() -%}
    {{- return([
        'response_id', 'invited_enterprise_number', 'enterprise_number', 'submitted_at',
        'response_channel',
    ]) -}}
{%- endmacro %}
