"""The report in print: its tables and figures as pictures and files, Dutch and English.

`exhibits` reads them from the marts, `figures` and `tables` lay them out with the letters that
`typesetting` knows, `pictures` draws them, and `report_folder` writes the folder.
"""
