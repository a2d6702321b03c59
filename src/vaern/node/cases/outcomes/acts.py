"""What the ledger can say of outcomes, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

SAID = Act("cases.outcome.said", Verb.ALTERATION, N_("{person} said what came of {subject}"))
CARRIED = Act("cases.outcome.carried", Verb.COLLECTION, N_("What came of {subject} came back from where it went"))
TOLD_SENDER = Act(
    "cases.outcome.told",
    Verb.DISCLOSURE,
    N_("What came of {subject} was told to {recipient}, which handed it over"),
)
SILENCED = Act("cases.case.silenced", Verb.ALTERATION, N_("{person} decided that {subject} stays silent for a time"))
SPOKE = Act("cases.case.spoke", Verb.ALTERATION, N_("{person} ended the silence of {subject}"))
SILENCE_ENDED = Act("cases.case.silence_ended", Verb.ALTERATION, N_("The silence of {subject} ended at its day"))
LISTED = Act("cases.outcomes.listed", Verb.CONSULTATION, N_("{person} looked at outcomes that wait ({count})"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
