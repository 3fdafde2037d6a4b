"""Why a mailbox cannot be read, in kinds that are mended in different ways."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """NONE is a mailbox that was read the last time."""

    NONE = ""
    LOG_IN_REFUSED = "log_in_refused"
    FOLDER_MISSING = "folder_missing"
    NAME_UNKNOWN = "name_unknown"
    REFUSED = "refused"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    ENCRYPTION = "encryption"
    UNREACHABLE = "unreachable"
    OTHER = "other"
