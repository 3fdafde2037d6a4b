"""Real mail servers for the tests: a Dovecot, an SMTP server that misbehaves on demand, and a scripted IMAP server."""
