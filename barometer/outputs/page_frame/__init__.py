"""The frame of every public page: head, header, notice, footer and style sheet, one design for all."""
