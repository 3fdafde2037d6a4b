"""The jobs, over a real SQLite store."""
