"""Microsoft 365, as far as the tests need it: servers that keep a state and misbehave on demand."""
