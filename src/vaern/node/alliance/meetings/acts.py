"""What the ledger can say of ministerial meetings, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.alliance.rules.meetings import Event
from vaern.node.ledger.rules import Act, Verb

PLANNED = Act("alliance.meeting.planned", Verb.COLLECTION, N_("{person} planned {subject}"))
CHANGED = Act("alliance.meeting.changed", Verb.ALTERATION, N_("{person} changed place or days of {subject}"))
AGENDA = Act("alliance.meeting.agenda", Verb.ALTERATION, N_("{person} changed the agenda of {subject}"))
PAPER = Act("alliance.meeting.paper", Verb.ALTERATION, N_("{person} changed the papers of {subject}"))
ATTENDANCE = Act("alliance.meeting.attendance", Verb.ALTERATION, N_("{person} noted who attended {subject}"))
DISCUSSION = Act("alliance.meeting.discussion", Verb.ALTERATION, N_("{person} noted what was said at {subject}"))
DECISION = Act("alliance.meeting.decision", Verb.ALTERATION, N_("{person} noted what was decided at {subject}"))
CONVENED = Act("alliance.meeting.convened", Verb.DISCLOSURE, N_("{person} convened {subject}"))
HELD = Act("alliance.meeting.held", Verb.ALTERATION, N_("{person} noted that {subject} was held"))
DRAFTED = Act("alliance.minutes.drafted", Verb.ALTERATION, N_("{person} put the minutes of {subject} forward"))
APPROVED = Act("alliance.minutes.approved", Verb.DISCLOSURE, N_("{person} approved the minutes of {subject}"))
CORRECTED = Act("alliance.minutes.corrected", Verb.ALTERATION, N_("{person} began to correct the minutes of {subject}"))
CANCELLED = Act("alliance.meeting.cancelled", Verb.ALTERATION, N_("{person} cancelled {subject}"))

OF_EVENT = {
    Event.CHANGE: CHANGED,
    Event.SET_AGENDA: AGENDA,
    Event.ADD_PAPER: PAPER,
    Event.NOTE_ATTENDANCE: ATTENDANCE,
    Event.NOTE_DISCUSSION: DISCUSSION,
    Event.DECIDE: DECISION,
    Event.CONVENE: CONVENED,
    Event.HOLD: HELD,
    Event.DRAFT_MINUTES: DRAFTED,
    Event.APPROVE: APPROVED,
    Event.CORRECT: CORRECTED,
    Event.CANCEL: CANCELLED,
}
"""Which of them an event of the table is recorded as."""

ACTS = [act for act in globals().values() if isinstance(act, Act)]
