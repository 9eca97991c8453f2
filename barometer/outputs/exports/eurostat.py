"""The code that Eurostat has for an estimate or a change."""

# SQL over `facts`, which has a base_id, and its row of dim_indicators, `indicators`: a code is of some
# bases of an indicator, and null on the others.
EUROSTAT_CODE = """
    case
        when list_contains(string_split(indicators.eurostat_base_ids, '|'), facts.base_id)
            then indicators.eurostat_code
    end
""".strip()
