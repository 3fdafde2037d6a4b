"""Bytes that nobody would send, given to what reads mail: by hypothesis in the tests, by a fuzzer in `make fuzz`."""
