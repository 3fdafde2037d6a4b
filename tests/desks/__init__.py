"""A whole desk in a folder of its own, worked through its command line as an operator would."""
