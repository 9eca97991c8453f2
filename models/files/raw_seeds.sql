/*
The raw files of synthetic editions, which are seeds of this project, and the table of each.

Grain: one row per seed in seeds/raw. dbt_barometer.py lists them for dbt, so that a synthetic
edition is two more files and no change of code.
*/
with

final as (

    select
        null::varchar as file_name,
        null::varchar as relation_name

    where false
    {%- for name in env_var('BAROMETER_RAW_SEEDS', '').split() %}

    union all

    select
        'seeds/raw/{{ name }}.csv' as file_name,
        '{{ ref(name) }}' as relation_name
    {%- endfor %}

)

select * from final
