"""Sample data for `creditdesk demo`: an invented ledger and mail that refers to it. Nothing here is a real person."""
