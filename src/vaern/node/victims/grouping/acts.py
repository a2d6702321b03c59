"""What the ledger can say of which files belong together."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import NODE, Act, Verb

TAKEN = Act("victims.files.taken", Verb.COMBINATION, N_("{person} took files of {subject} into series ({count})"))
ADDED = Act("victims.hash.added", Verb.COLLECTION, N_("{person} added a file to {subject} by its hashes"))
OPENED = Act("victims.series.opened", Verb.COLLECTION, N_("{subject} was opened"))
GREW = Act("victims.series.grew", Verb.COMBINATION, N_("Files came to {subject} ({count})"))
MERGED = Act("victims.series.merged", Verb.COMBINATION, N_("The node merged another series into {subject} ({count})"))
MERGED_BY_PERSON = Act(
    "victims.series.merged_by_person", Verb.COMBINATION, N_("{person} merged another series into {subject} ({count})")
)
ABSORBED = Act("victims.series.absorbed", Verb.COMBINATION, N_("{subject} was merged into another series ({count})"))
PROPOSED = Act("victims.merge.proposed", Verb.COMBINATION, N_("The node proposed to merge {subject} with another"))
REFUSED = Act("victims.merge.refused", Verb.ALTERATION, N_("{person} refused to merge {subject} with another"))
UNDONE = Act("victims.merge.undone", Verb.ALTERATION, N_("{person} undid a merge into {subject} ({count})"))
RESTORED = Act("victims.series.restored", Verb.ALTERATION, N_("{subject} has its files again ({count})"))
CONFIRMED = Act(
    "victims.series.confirmed", Verb.ALTERATION, N_("{person} confirmed that the files of {subject} belong together")
)
UNCONFIRMED = Act("victims.series.unconfirmed", Verb.ALTERATION, N_("{person} took back the confirmation of {subject}"))
SEPARATED = Act("victims.series.separated", Verb.ALTERATION, N_("{person} keeps {subject} apart from another"))
LIFTED = Act("victims.separation.lifted", Verb.ALTERATION, N_("{person} no longer keeps {subject} apart from another"))
SPLIT = Act("victims.series.split", Verb.ALTERATION, N_("{person} split files off {subject} ({count})"))
MOVED = Act("victims.member.moved", Verb.ALTERATION, N_("{person} moved a file out of {subject}"))
CAME = Act("victims.member.came", Verb.ALTERATION, N_("{person} moved files into {subject} ({count})"))
PROLONGED = Act("victims.series.prolonged", Verb.ALTERATION, N_("{person} decided that {subject} is still needed"))
ERASED = Act("victims.series.erased", Verb.ERASURE, N_("{person} erased {subject} ({count})"))
EXPIRED = Act("victims.series.expired", Verb.ERASURE, N_("{subject} reached its end date and was erased ({count})"))
UNLINKED = Act(
    "victims.source.unlinked",
    Verb.ERASURE,
    N_("Files of series lost their link to {subject}, which was erased ({count})"),
)
PROPOSALS_READ = Act(
    "victims.proposals.read", Verb.CONSULTATION, N_("{person} looked at the proposals to merge series ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]

__all__ = ["ACTS", "NODE"]
