"""The same work for programs: JSON over HTTP, with tokens of people."""
