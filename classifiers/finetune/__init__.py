"""Offline: how the encoder was made. Needs torch and onnx (the group `encoder`), which the desk never does."""
