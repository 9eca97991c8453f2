"""What readers get, drawn and written: each form is a package."""
