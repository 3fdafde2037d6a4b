"""Messages made to be slow, large or deep, and what they may cost."""
