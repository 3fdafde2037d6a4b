"""Measurements of the desk. Nothing of the product imports this, and nothing is written outside a temporary folder."""
