"""What a message is. Pure: bytes and text in, values out; no I/O, no clock."""
