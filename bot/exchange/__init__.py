"""How the desk talks to Exchange Web Services; the mailbox and the sender stand on it. Nothing of mail is decided."""
