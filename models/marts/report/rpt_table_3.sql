/*
Tabel 3: adoption rate by type of AI technology, per sector.

Grain: one row per edition × sector. Percentages, rounded as the report prints them.
*/
{{ config(post_hook="{{ describe_indicator_columns('tabel_3') }}") }}
with

final as (

    {{ indicator_table('tabel_3', 'sector', 'sector_code', ref('sectors')) }}

)

select * from final
