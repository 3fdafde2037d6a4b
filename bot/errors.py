"""The errors of the desk. Each kind names a policy, and one boundary interprets them."""


class BotError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class TransientError(BotError):
    """It may work later: try again."""


class PermanentError(BotError):
    """It will never work: quarantine it, or mark it failed, with the reason."""


class UncertainError(BotError):
    """The other side may have accepted it; only a look or a person can tell."""


class RuleViolationError(BotError):
    """A person asked for something that the rules of the desk refuse: tell them why."""


class SettingsError(BotError):
    """The configuration has mistakes; every one of them is named, with its file and key."""


class NotAllowedError(RuleViolationError):
    """Your rights do not reach so far."""


class ConflictError(RuleViolationError):
    """Someone else changed this meanwhile; look at it again."""


class NotFoundError(RuleViolationError):
    """There is no such thing."""


class MailboxUnreachableError(TransientError):
    """The mailbox could not be reached."""


class FolderMissingError(MailboxUnreachableError):
    """The folder of the mailbox is not there."""


class LoginRefusedError(TransientError):
    """The mail server refused the login."""


class UnparsableMessageError(PermanentError):
    """The message could not be parsed."""
