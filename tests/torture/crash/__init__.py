"""A harness that breaks the desk in the middle of its work, with real servers around it, and counts what came of it."""
