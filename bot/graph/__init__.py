"""The conversation with Microsoft Graph that its mailbox and its sender share."""
