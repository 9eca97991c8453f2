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


{#- What the exposures declare to be released, {format, mart}: each format of their meta × each mart. -#}
{% macro release_contents() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for exposure in graph.exposures.values() -%}
            {%- for format in exposure.config.meta.formats -%}
                {%- for unique_id in exposure.depends_on.nodes -%}
                    {%- do found.append({'format': format, 'mart': graph.nodes[unique_id].name}) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}
