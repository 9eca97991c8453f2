"""How each language of the readers writes words, numbers and CSV files."""
