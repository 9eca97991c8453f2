/*
Tabel 6: applications of AI technologies among adopters, per size class.

Grain: one row per edition × size class. Percentages, rounded as the report prints them.
*/
{{ config(post_hook="{{ describe_indicator_columns('tabel_6') }}") }}
with

final as (

    {{ indicator_table('tabel_6', 'size', 'size_class_code', ref('size_classes')) }}

)

select * from final
