"""What the ledger can say of hash lists and their entries, in every room."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("lists.lists.listed", Verb.CONSULTATION, N_("{person} looked at the hash lists ({count})"))
CONSULTED = Act("lists.list.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
MADE = Act("lists.list.made", Verb.COLLECTION, N_("{person} made {subject}"))
TERMS_CHANGED = Act("lists.list.terms_changed", Verb.ALTERATION, N_("{person} changed the terms of {subject}"))
PROLONGED = Act("lists.list.prolonged", Verb.ALTERATION, N_("{person} decided that {subject} is still needed"))
EXPORTED = Act(
    "lists.list.exported",
    Verb.DISCLOSURE,
    N_("{person} took entries of {subject} out of the node for a workstation ({count})"),
)
VALUES_TAKEN_OUT = Act(
    "lists.list.values_taken_out",
    Verb.DISCLOSURE,
    N_("{person} took the entries of {subject} out of the node as a table ({count})"),
)
ERASED = Act("lists.list.erased", Verb.ERASURE, N_("{person} erased {subject} with its entries ({count})"))
EXPIRED = Act(
    "lists.list.expired", Verb.ERASURE, N_("The node erased {subject} with its entries ({count}) at its end date")
)

ENTRIES_LISTED = Act("lists.entries.listed", Verb.CONSULTATION, N_("{person} looked at entries of {subject} ({count})"))
ENTRIES_SEARCHED = Act(
    "lists.entries.searched", Verb.CONSULTATION, N_("{person} searched for entries of {subject} and found {count}")
)
ENTRY_CONSULTED = Act("lists.entry.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
ENTRY_ADDED = Act("lists.entry.added", Verb.COLLECTION, N_("{person} added {subject} to its list"))
VOTED = Act("lists.entry.voted", Verb.ALTERATION, N_("{person} voted on {subject}"))
DISPUTED = Act(
    "lists.entry.disputed",
    Verb.ALTERATION,
    N_("The node put {subject} before a person: somebody says that it does not belong on the list"),
)
SETTLED = Act("lists.entry.settled", Verb.ALTERATION, N_("{person} settled the dispute about {subject}: it stays"))
CLASSES_DIFFER = Act(
    "lists.entry.classes_differ",
    Verb.ALTERATION,
    N_("The node put {subject} before a person: votes give it several classes of one scheme"),
)
ENTRIES_DISPUTED = Act(
    "lists.entries.disputed",
    Verb.ALTERATION,
    N_("The node put entries of {subject} before a person: somebody says that they do not belong on it ({count})"),
)
ENTRIES_CLASSES_DIFFER = Act(
    "lists.entries.classes_differ",
    Verb.ALTERATION,
    N_("The node put entries of {subject} before a person: votes give them several classes of one scheme ({count})"),
)
CLASS_STAYS = Act("lists.entry.class_stays", Verb.ALTERATION, N_("{person} decided that the class of {subject} stays"))
QUARANTINED = Act("lists.entry.quarantined", Verb.ALTERATION, N_("{person} put {subject} in quarantine"))
LET_GO = Act("lists.entry.let_go", Verb.ALTERATION, N_("{person} let {subject} out of quarantine"))
RECALLED = Act("lists.entry.recalled", Verb.ALTERATION, N_("{person} recalled {subject}"))
REINSTATED = Act("lists.entry.reinstated", Verb.ALTERATION, N_("{person} took back the recall of {subject}"))
CLASS_CORRECTED = Act("lists.entry.class_corrected", Verb.ALTERATION, N_("{person} corrected the class of {subject}"))
ENDED = Act("lists.entries.ended", Verb.ERASURE, N_("The node erased entries of {subject} at their end date ({count})"))

OF_MANY = {ENTRIES_DISPUTED.code: DISPUTED.code, ENTRIES_CLASSES_DIFFER.code: CLASSES_DIFFER.code}
"""What an act about many entries says of each of them (`models.EntryAct`)."""

ACTS = [act for act in globals().values() if isinstance(act, Act)]
