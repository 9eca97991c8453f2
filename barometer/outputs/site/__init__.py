"""The report site: static pages in every language, drawn from the released marts.

`contents` reads the marts, `names` says what things are called and `addresses` where their pages
are, `charts` lays numbers out, `drawings` says what each chart shows and `pages` what each page
holds, `search` writes the index of the search field, and `site_folder` writes the folder. Every word
is data: the seeds `site_texts` and `report_terms`, and the labels in the marts.
"""
