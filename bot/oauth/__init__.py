"""How the desk logs in without a password: access tokens, from the company's directory, and their encrypted cache."""
