"""Ledger acts of this room, as sentences. None names a reporter, who is unknown."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

OPENED = Act("reports.dialogue.opened", Verb.CONSULTATION, N_("The reporter opened the dialogue of {subject}"))
WORDS_ADDED = Act("reports.words.added", Verb.COLLECTION, N_("The reporter added words to {subject}"))
DIALOGUE_READ = Act("reports.dialogue.read", Verb.CONSULTATION, N_("{person} read the dialogue of {subject} ({count})"))
ANSWERED = Act("reports.dialogue.answered", Verb.DISCLOSURE, N_("{person} answered the reporter of {subject}"))
MARKED_READ = Act("reports.dialogue.marked", Verb.ALTERATION, N_("{person} marked the words in {subject} as read"))
MARKED_UNREAD = Act("reports.dialogue.unmarked", Verb.ALTERATION, N_("{person} let the words in {subject} wait again"))
WAITING_LISTED = Act(
    "reports.dialogues.listed", Verb.CONSULTATION, N_("{person} looked at reports whose reporter wrote ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
