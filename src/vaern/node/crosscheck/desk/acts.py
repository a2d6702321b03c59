"""What the ledger can say of the cross-check desk, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("crosscheck.groups.listed", Verb.CONSULTATION, N_("{person} looked at the groups of matches ({count})"))
GROUP_READ = Act(
    "crosscheck.group.read",
    Verb.CONSULTATION,
    N_("{person} looked at a group of matches ({count})"),
)
NUDGED = Act("crosscheck.meeting.nudged", Verb.ALTERATION, N_("{person} suggested to both sides of {subject} to talk"))
WAS_NUDGED = Act(
    "crosscheck.nudge.came", Verb.COLLECTION, N_("The cross-check desk suggested to talk to who met {subject}")
)
COUNTRY_ASKED = Act(
    "crosscheck.country.asked",
    Verb.COMBINATION,
    N_("{person} asked the desk about the country of {subject}"),
)
QUESTIONS_LISTED = Act(
    "crosscheck.questions.listed", Verb.CONSULTATION, N_("{person} looked at questions about countries ({count})")
)
COUNTRY_ANSWERED = Act(
    "crosscheck.country.answered", Verb.DISCLOSURE, N_("{person} answered a question about a country")
)
COUNTRY_CAME = Act(
    "crosscheck.country.came", Verb.COLLECTION, N_("The cross-check desk answered about the country of {subject}")
)
COUNTRY_READ = Act("crosscheck.country.read", Verb.CONSULTATION, N_("{person} read the answer about {subject}"))
NAMING_CHANGED = Act(
    "crosscheck.naming.changed", Verb.ALTERATION, N_("{person} decided whether the country of {subject} may be named")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
