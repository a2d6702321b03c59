"""What the ledger can say of keys and meetings, as sentences. None names the other side."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ENROLLED = Act("crosscheck.keys.enrolled", Verb.COMBINATION, N_("The keys of {subject} are compared ({count})"))
WITHDRAWN = Act(
    "crosscheck.keys.withdrawn",
    Verb.ERASURE,
    N_("The keys of {subject} are no longer compared, and are gone ({count})"),
)
CHANGED = Act(
    "crosscheck.state.changed", Verb.ALTERATION, N_("Whoever meets {subject} is told how the work on it stands now")
)
MET = Act(
    "crosscheck.meeting.made", Verb.COMBINATION, N_("The node found that {subject} shares a key with others ({count})")
)
MEETING_READ = Act("crosscheck.meeting.read", Verb.CONSULTATION, N_("{person} looked at who met {subject}"))
MEETINGS_LISTED = Act(
    "crosscheck.meetings.listed", Verb.CONSULTATION, N_("{person} looked at the list of matches ({count})")
)
LOOKED_UP = Act(
    "crosscheck.keys.looked_up",
    Verb.COMBINATION,
    N_("{person} asked who else works on keys of {subject} ({count})"),
)
TOLD_OTHERS = Act(
    "crosscheck.others.told", Verb.DISCLOSURE, N_("Those who met {subject} were told how it went on ({count})")
)
WAS_TOLD = Act(
    "crosscheck.owner.told", Verb.COLLECTION, N_("The owner of {subject} was told how a record that it met went on")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
