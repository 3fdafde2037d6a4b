"""Adapters that read the ledger from files."""
