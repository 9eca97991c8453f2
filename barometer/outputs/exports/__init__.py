"""The marts in the forms that people send on: CSV files, a workbook, SDMX, the quality report.

Each module writes one of them from a connection whose schema `marts` holds what the
exposure of that export declares.
"""
