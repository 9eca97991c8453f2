/*
What this build was asked for: the variables that say which raw files to read.

Grain: one row. A model and not a configuration, which dbt would write into its manifest: a
path of this machine is nobody else's business, and another value no change of a model.
*/
with

final as (

    select
        '{{ escape_single_quotes((var("editions") or []) | join(" ")) }}' as editions,
        '{{ escape_single_quotes(var("raw_path") or "") }}' as raw_path

)

select * from final
