/*
Tabel 4: adoption rate by type of AI technology, per size class.

Grain: one row per edition × size class. Percentages, rounded as the report prints them.
*/
{{ config(post_hook="{{ describe_indicator_columns('tabel_4') }}") }}
with

final as (

    {{ indicator_table('tabel_4', 'size', 'size_class_code', ref('size_classes')) }}

)

select * from final
