"""How mail goes wrong: each case a row, run through the real pipeline."""
