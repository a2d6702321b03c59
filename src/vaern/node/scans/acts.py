"""What the ledger can say of scans."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

RECEIVED = Act("scans.scan.received", Verb.COLLECTION, N_("{person} brought in {subject}"))
FINDINGS_RECEIVED = Act(
    "scans.findings.received", Verb.COLLECTION, N_("{person} added findings to {subject} ({count})")
)
FINISHED = Act("scans.scan.finished", Verb.ALTERATION, N_("{person} finished bringing in {subject}"))
REVIEWED = Act("scans.scan.reviewed", Verb.ALTERATION, N_("{person} decided on {subject}"))
REOPENED = Act("scans.scan.reopened", Verb.ALTERATION, N_("{person} opened the decision on {subject} again"))
PROLONGED = Act("scans.scan.prolonged", Verb.ALTERATION, N_("{person} decided that {subject} is still needed"))
LISTED = Act("scans.scans.listed", Verb.CONSULTATION, N_("{person} looked at the list of scans ({count})"))
SEARCHED = Act("scans.scans.searched", Verb.CONSULTATION, N_("{person} searched for scans and found {count}"))
CONSULTED = Act("scans.scan.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
FINDINGS_CONSULTED = Act(
    "scans.findings.consulted", Verb.CONSULTATION, N_("{person} looked at findings of {subject} ({count})")
)
EXPORTED = Act("scans.scan.exported", Verb.DISCLOSURE, N_("{person} exported findings of {subject} ({count})"))
ERASED = Act("scans.scan.erased", Verb.ERASURE, N_("{person} erased {subject} with its findings ({count})"))
EXPIRED = Act(
    "scans.scan.expired", Verb.ERASURE, N_("The node erased {subject} with its findings ({count}) at its end date")
)

SAME = Act(
    "scans.finding.same", Verb.ALTERATION, N_("{person} said of a finding of {subject} that it is the known one")
)
ANOTHER = Act(
    "scans.finding.another", Verb.ALTERATION, N_("{person} said of a finding of {subject} that it is another one")
)
GRADED = Act(
    "scans.findings.graded", Verb.ALTERATION, N_("{person} took grades of a workstation for {subject} ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
