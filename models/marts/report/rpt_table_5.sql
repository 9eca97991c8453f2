/*
Tabel 5: applications of AI technologies among adopters, per sector.

Grain: one row per edition × sector. Percentages, rounded as the report prints them.
*/
{{ config(post_hook="{{ describe_indicator_columns('tabel_5') }}") }}
with

final as (

    {{ indicator_table('tabel_5', 'sector', 'sector_code', ref('sectors')) }}

)

select * from final
