"""The whole way of a message with real servers: Dovecot with Sieve, SMTP, the command line, the page."""
