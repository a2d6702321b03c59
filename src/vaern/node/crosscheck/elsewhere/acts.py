"""What the ledger can say of what a member tells a hub, and of records elsewhere. None names the other side."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

SECRET_MADE = Act(
    "crosscheck.secret.made", Verb.ALTERATION, N_("{person} made a new key with which members key values for the hub")
)
SECRET_TAKEN = Act("crosscheck.secret.taken", Verb.COLLECTION, N_("Another node passed on the key of the members"))
SECRET_PASSED = Act("crosscheck.secret.passed", Verb.DISCLOSURE, N_("The key of the members was passed to {subject}"))
TOLD_HUB = Act(
    "crosscheck.hub.enrolled", Verb.DISCLOSURE, N_("Keyed values of {subject} were passed to the hub ({count})")
)
LEFT_HUB = Act("crosscheck.hub.withdrawn", Verb.ERASURE, N_("The hub was told to erase keyed values of {subject}"))
SAID = Act(
    "crosscheck.elsewhere.told", Verb.DISCLOSURE, N_("A record elsewhere that met {subject} was told how it stands")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
