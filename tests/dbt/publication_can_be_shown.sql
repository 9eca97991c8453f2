-- Each item of the seed is there once, in both languages or in none, with an address that a browser
-- may open: https, or mailto of the contact. The address of the site ends where its folder does.
with

known as (

    select unnest(['commissioner', 'licence', 'citation', 'contact', 'site']) as item_id

),

counted as (

    select
        coalesce(publication.item_id, known.item_id) as item_id,
        count(publication.item_id) as row_count,
        count(known.item_id) > 0 as is_known

    from {{ ref('publication') }} as publication

    full outer join known
        on publication.item_id = known.item_id

    group by 1

)

select
    'seeds/reference/publication.csv, item_id ' || item_id || ': found ' || row_count
    || ' rows; expected ' || if(is_known, 'one', 'none') as message

from counted

where row_count != 1 or not is_known

union all

select
    'seeds/reference/publication.csv, item_id ' || item_id || ': found a text in one language, '
    || 'or an address without a text; expected text_nl and text_en' as message

from {{ ref('publication') }}

where
    (text_nl is null) != (text_en is null)
    or (url is not null and text_nl is null and item_id != 'site')

union all

select
    'seeds/reference/publication.csv, item_id ' || item_id || ', column url: found '''
    || url || '''; expected https://…'
    || case item_id
        when 'contact' then ' or mailto:…' when 'site' then ' that ends with /' else ''
    end as message

from {{ ref('publication') }}

where
    not regexp_full_match(
        url,
        case item_id
            when 'contact' then '(https://|mailto:)[^\s"<>]+'
            when 'site' then 'https://[^\s"<>]+/'
            else 'https://[^\s"<>]+'
        end
    )
