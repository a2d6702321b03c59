"""What the ledger can say of the door, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

TAKEN = Act("press.door.taken", Verb.DISCLOSURE, N_("{person} took the list for the door of {subject} ({count})"))
LISTED = Act("press.door.listed", Verb.CONSULTATION, N_("{person} looked at the door list of {subject} ({count})"))
CAME = Act("press.registration.arrived", Verb.ALTERATION, N_("{person} checked in {subject}"))
AGAIN = Act("press.registration.twice", Verb.ALTERATION, N_("{person} checked in {subject} once more"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
