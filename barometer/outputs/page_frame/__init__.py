"""The frame of every page of a release: head, header, notice, footer and style sheet, one design."""
