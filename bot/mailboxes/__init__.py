"""Adapters that read mail, one file a protocol, listed in PROTOCOLS."""
