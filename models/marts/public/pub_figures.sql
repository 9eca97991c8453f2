/*
Figures as everybody may see them: percentages as they are printed.

Grain: one row per edition × figure × series × item, as rpt_figures has them.
*/
with

final as (

    select
        edition,
        figure,
        figure_sort_order,
        title_nl,
        title_en,
        chart_type,
        compares_editions,
        base_id,
        base_label_nl,
        base_label_en,
        base_respondent_count,
        base_note_nl,
        base_note_en,
        series_id,
        series_sort_order,
        series_label_nl,
        series_label_en,
        item_id,
        item_sort_order,
        display_sort_order,
        item_label_nl,
        item_label_en,
        respondent_count,
        round(value_pct, 1) as value_pct,
        if(conf_status = 'F', obs_status, null) as obs_status,
        conf_status,
        cell_id

    from {{ ref('rpt_figures') }}

)

select * from final
