"""Creditdesk: the mail desk of a credit department."""

__version__ = "0.1.0"
