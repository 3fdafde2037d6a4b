"""`python -m bot.cli` is the `creditdesk` command."""

from bot.cli.main import main

main()
