"""What the project says of itself: dbt's docs as one page, and where each column comes from."""
