{#- The project's data tests as the graph knows them: {test_id, name, description}. -#}
{% macro data_tests() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'test' -%}
            {%- do found.append({
                'test_id': node.unique_id,
                'name': node.name,
                'description': (node.description or '') | replace("'", '’') | replace('\n', ' ') | trim,
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}


{#- The marts that the exposure `release` declares, in alphabetical order. -#}
{% macro released_marts() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for exposure in graph.exposures.values() if exposure.name == 'release' -%}
            {%- for unique_id in exposure.depends_on.nodes -%}
                {%- do found.append(graph.nodes[unique_id].name) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found | sort) -}}
{%- endmacro %}
