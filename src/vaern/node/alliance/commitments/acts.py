"""What the ledger can say of commitments, rounds and replies. What is published is open: reading it is no entry."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

WRITTEN = Act("alliance.commitment.written", Verb.COLLECTION, N_("{person} wrote {subject}"))
SUBMITTED = Act("alliance.commitment.submitted", Verb.DISCLOSURE, N_("{person} handed in {subject}"))
TAKEN_BACK = Act("alliance.commitment.taken_back", Verb.ALTERATION, N_("{person} took {subject} back"))
RETURNED = Act("alliance.commitment.returned", Verb.ALTERATION, N_("{person} returned {subject}"))
PUBLISHED = Act("alliance.commitment.published", Verb.DISCLOSURE, N_("{person} published {subject}"))
WITHDRAWN = Act("alliance.commitment.withdrawn", Verb.ALTERATION, N_("{person} withdrew {subject}"))

ROUND_PLANNED = Act("alliance.round.planned", Verb.COLLECTION, N_("{person} planned {subject}"))
ROUND_CHANGED = Act("alliance.round.changed", Verb.ALTERATION, N_("{person} changed {subject}"))
ROUND_OPENED = Act("alliance.round.opened", Verb.ALTERATION, N_("{subject} was opened"))
ROUND_CLOSED = Act("alliance.round.closed", Verb.ALTERATION, N_("{subject} was closed"))

ROUND_CAME = Act("alliance.round.came", Verb.COLLECTION, N_("{person} on another node told how {subject} stands"))
REPLY_CAME = Act("alliance.reply.came", Verb.COLLECTION, N_("{person} on another node sent {subject}"))
REPLY_DECIDED = Act("alliance.reply.decided", Verb.ALTERATION, N_("{person} on another node decided on {subject}"))

REPLY_TAKEN = Act("alliance.reply.taken", Verb.COLLECTION, N_("{person} wrote {subject}"))
REPLY_SUBMITTED = Act("alliance.reply.submitted", Verb.DISCLOSURE, N_("{person} handed in {subject}"))
REPLY_TAKEN_BACK = Act("alliance.reply.taken_back", Verb.ALTERATION, N_("{person} took {subject} back"))
REPLY_RETURNED = Act("alliance.reply.returned", Verb.ALTERATION, N_("{person} returned {subject}"))
REPLY_PUBLISHED = Act("alliance.reply.published", Verb.DISCLOSURE, N_("{person} published {subject}"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
