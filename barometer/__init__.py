"""The Python of the AI-Barometer warehouse: what starts it is here, what it does is in packages."""
