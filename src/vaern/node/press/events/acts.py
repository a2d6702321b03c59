"""What the ledger can say of events, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

PLANNED = Act("press.event.planned", Verb.COLLECTION, N_("{person} planned {subject}"))
CHANGED = Act("press.event.changed", Verb.ALTERATION, N_("{person} changed {subject}"))
STEPPED = Act("press.event.stepped", Verb.ALTERATION, N_("{person} opened or closed registration for {subject}"))
BY_CLOCK = Act("press.event.clock", Verb.ALTERATION, N_("The node closed or ended {subject} by its clock"))
ERASED = Act("press.registration.erased", Verb.ERASURE, N_("The node erased {subject}, 30 days after its event"))
DESTROYED = Act("press.event.destroyed", Verb.ERASURE, N_("The node destroyed the list of {subject} ({count})"))
LISTED = Act("press.events.listed", Verb.CONSULTATION, N_("{person} looked at events for the press ({count})"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
