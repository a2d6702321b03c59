"""What the ledger can say of mail that came, as sentences. None names who wrote."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

IGNORED = Act("press.mail.ignored", Verb.COLLECTION, N_("A mail for {subject} that no person wrote was not answered"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
