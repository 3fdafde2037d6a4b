"""The sorter of credit mail: text in, verdict out. It imports nothing of `bot` and loads nothing by itself."""
