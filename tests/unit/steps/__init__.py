"""The steps, over a real SQLite store."""
