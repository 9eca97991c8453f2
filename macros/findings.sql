{#-
What is in a cell, in words that name nobody.

A value is quoted when it is short and looks like a code or, in a column of times, like a
date. A longer one, one with blanks or capitals, and one with as many digits as an enterprise
number has are described: rows that are shifted put names and numbers into any column.

Arguments:
    value (string): SQL expression of a text, empty for an empty cell.
    value_kind (string): SQL expression of its value_kind in the seed raw_columns.
    sensitivity (string): SQL expression of its sensitivity there.
-#}
{% macro described(value, value_kind, sensitivity) -%}
    case
        when {{ value }} = '' then 'an empty cell'
        when
            {{ sensitivity }} != 'direct_identifier'
            and (
                (
                    regexp_full_match({{ value }}, '[a-z0-9_.,:+-]{1,20}')
                    and length(regexp_replace({{ value }}, '[^0-9]', '', 'g')) < 8
                )
                or (
                    {{ value_kind }} = 'time'
                    and regexp_full_match(
                        {{ value }},
                        '[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ][0-9:.]+)?'
                    )
                )
            )
            then '''' || {{ value }} || ''''
        else 'a text of ' || length({{ value }}) || ' characters'
    end
{%- endmacro %}


{#-
What is in a cell of labels that has another text, in words that name nobody.

What such a cell holds was chosen from a list and not typed, so that it is quoted, unless it is long,
an address or a number: a column may be taken for another one.

Arguments:
    label (string): SQL expression of the text.
-#}
{% macro label_described(label) -%}
    if(
        length({{ label }}) <= 80
        and not contains({{ label }}, '@')
        and length(regexp_replace({{ label }}, '[^0-9]', '', 'g')) < 8,
        '''' || {{ label }} || '''',
        'a text of ' || length({{ label }}) || ' characters'
    )
{%- endmacro %}
