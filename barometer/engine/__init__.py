"""What grows with the respondents, on DuckDB or on a distributed engine."""
