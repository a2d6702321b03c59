"""What the ledger can say of appeals, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

WRITTEN = Act("victims.appeal.written", Verb.COLLECTION, N_("{person} wrote an appeal for {subject}"))
CHECKED = Act("victims.appeal.checked", Verb.ALTERATION, N_("{person} checked an appeal for {subject}"))
PUBLISHED = Act("victims.appeal.published", Verb.DISCLOSURE, N_("{person} published an appeal for {subject}"))
WITHDRAWN = Act("victims.appeal.withdrawn", Verb.ALTERATION, N_("{person} withdrew an appeal for {subject}"))
ENDED = Act("victims.appeal.ended", Verb.ALTERATION, N_("The node ended an appeal for {subject}"))
TIP_CAME = Act("victims.tip.came", Verb.COLLECTION, N_("A tip of the public came for {subject}"))
LISTED = Act("victims.appeals.listed", Verb.CONSULTATION, N_("{person} looked at the appeals ({count})"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
