"""Pure functions of the AI-Barometer warehouse: only `duckdb_plugin` knows dbt."""
