"""What the ledger can say of papers, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ADDED = Act("press.paper.added", Verb.COLLECTION, N_("{person} added {subject}"))
WITHDRAWN = Act("press.paper.withdrawn", Verb.ALTERATION, N_("{person} withdrew {subject}"))
READ = Act("press.paper.read", Verb.DISCLOSURE, N_("An accredited journalist read {subject} under its embargo"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
