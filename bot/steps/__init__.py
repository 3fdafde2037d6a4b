"""One file for each thing that happens: load, decide, save. No step calls a step."""
