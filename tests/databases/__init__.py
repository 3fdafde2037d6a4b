"""A private PostgreSQL for the tests: its own data folder, its own port, gone afterwards."""
