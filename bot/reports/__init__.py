"""Facts in, report out. Pure."""
