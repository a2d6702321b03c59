"""What the ledger can say of registrations, as sentences. None names a journalist."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

CAME = Act("press.registration.came", Verb.COLLECTION, N_("A registration came: {subject}"))
AGAIN = Act(
    "press.registration.again", Verb.COLLECTION, N_("A registration that was there already came again: {subject}")
)
CONFIRMED = Act("press.registration.confirmed", Verb.ALTERATION, N_("The journalist confirmed {subject}"))
WITHDRAWN = Act("press.registration.withdrawn", Verb.ALTERATION, N_("The journalist withdrew {subject}"))
AGREED = Act("press.registration.agreed", Verb.ALTERATION, N_("The journalist of {subject} agreed to the embargo"))
CHECKED = Act("press.registration.checked", Verb.ALTERATION, N_("{person} verified {subject}"))
ACCEPTED = Act("press.registration.accepted", Verb.ALTERATION, N_("{person} accredited {subject}"))
LISTED = Act("press.registration.waiting", Verb.ALTERATION, N_("{person} put {subject} on the waiting list"))
MOVED_UP = Act("press.registration.moved", Verb.ALTERATION, N_("The node gave a place that became free to {subject}"))
REFUSED = Act("press.registration.refused", Verb.ALTERATION, N_("{person} refused {subject}"))
RECONSIDERED = Act("press.registration.reconsidered", Verb.ALTERATION, N_("{person} took up {subject} again"))
READ = Act("press.registration.read", Verb.CONSULTATION, N_("{person} read {subject}"))
SEEN = Act(
    "press.registrations.listed", Verb.CONSULTATION, N_("{person} looked at registrations of journalists ({count})")
)
BADGE = Act("press.badge.fetched", Verb.DISCLOSURE, N_("The journalist of {subject} fetched the badge"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
