"""The report in print: its tables and figures as pictures and files, Dutch and English.

`contents` reads them from the marts, `figures` and `tables` lay them out, `typesetting`
and `wording` know letters and language, and `files` writes the folder.
"""
