"""What the ledger can say of survivors' wishes, as sentences. Survivors stay anonymous, as reporters do."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

RECEIVED = Act(
    "victims.wish.received", Verb.COLLECTION, N_("A survivor’s wish came with its hashes: {subject} ({count})")
)
STATUS_READ = Act("victims.wish.status_read", Verb.CONSULTATION, N_("The status of {subject} was read with its code"))
CHANGED = Act("victims.wish.changed", Verb.ALTERATION, N_("What {subject} asks for was changed with its code"))
ENDED = Act(
    "victims.wish.ended", Verb.ERASURE, N_("{subject} was ended with its code, and its hashes erased ({count})")
)
COMPARED = Act(
    "victims.wishes.compared", Verb.COMBINATION, N_("The node compared what is held with what survivors wish ({count})")
)
STEP_TOLD = Act("victims.wish.step_told", Verb.DISCLOSURE, N_("Whoever has the code of {subject} reads a further step"))
LISTED = Act("victims.wishes.listed", Verb.CONSULTATION, N_("{person} looked at the list of wishes ({count})"))
CONSULTED = Act("victims.wish.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
NOTED = Act("victims.wish.noted", Verb.ALTERATION, N_("{person} noted who speaks for {subject}"))
TOLD = Act("victims.wish.told", Verb.ALTERATION, N_("{person} said that the contact of {subject} was told"))
ERASED = Act("victims.wish.erased", Verb.ERASURE, N_("{person} erased {subject} with its hashes ({count})"))
EXPIRED = Act("victims.wish.expired", Verb.ERASURE, N_("The node erased {subject} with its hashes ({count})"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
