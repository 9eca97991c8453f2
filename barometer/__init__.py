"""The Python of the AI-Barometer warehouse: what starts it stands here, what it does in packages."""
