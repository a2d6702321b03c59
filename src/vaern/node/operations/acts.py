"""The ledger's acts of the node's operation."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

MAIL_REPEATED = Act(
    "operations.mail.repeated", Verb.DISCLOSURE, N_("{person} let mails that had not arrived be sent again ({count})")
)
SECRET_ROTATED = Act(
    "operations.secret.rotated",
    Verb.ALTERATION,
    N_("The node sealed with a new secret what the earlier one had sealed ({count})"),
)

ACTS = [MAIL_REPEATED, SECRET_ROTATED]
