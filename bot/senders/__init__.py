"""Adapters that hand finished mail to the world."""
