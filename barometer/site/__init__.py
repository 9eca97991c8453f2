"""The report site: static pages in every language, drawn from the released marts.

`contents` reads the marts, `charts` lays numbers out, `pages` says what each page holds,
`search` writes the index of the search field, and `files` writes the folder. Every word
is data: the seeds `site_texts` and `report_terms`, and the labels in the marts.
"""
