"""Mailboxes of Outlook (`.pst`, `.ost`), read in place after [MS-PST]: what is attached to the messages in them."""

from vaern.scanning.outlook.messages import of_mailbox

__all__ = ["of_mailbox"]
