"""What people read of the codes of the ledger and of answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Verb
from vaern.node.oversight.rules import Ground, Part
from vaern.node.oversight.subject_rules import Identity, Reply, Right

VERBS = {
    Verb.COLLECTION: _("Collection"),
    Verb.ALTERATION: _("Alteration"),
    Verb.CONSULTATION: _("Consultation"),
    Verb.DISCLOSURE: _("Disclosure"),
    Verb.COMBINATION: _("Combination"),
    Verb.ERASURE: _("Erasure"),
}

PARTS = {
    Part.ACCOUNT: _("The account: name, address, roles, dates"),
    Part.DID: _("What the person did"),
    Part.DONE_TO: _("What was done with the person’s data"),
    Part.READERS: _("Which organisations did it"),
    Part.REASONS: _("For which reasons"),
}

GROUNDS = {
    Ground.INQUIRIES: _("to avoid obstructing official or legal inquiries (LED art. 15(1)(a))"),
    Ground.PREVENTION: _("to avoid prejudice to preventing, detecting or prosecuting crime (LED art. 15(1)(b))"),
    Ground.PUBLIC_SECURITY: _("to protect public security (LED art. 15(1)(c))"),
    Ground.NATIONAL_SECURITY: _("to protect national security (LED art. 15(1)(d))"),
    Ground.RIGHTS_OF_OTHERS: _("to protect the rights and freedoms of others (LED art. 15(1)(e))"),
    Ground.GDPR_STATE_SECURITY: _("for the security of the state (GDPR art. 23(1)(a))"),
    Ground.GDPR_PUBLIC_SECURITY: _("for public security (GDPR art. 23(1)(c))"),
    Ground.GDPR_CRIME: _("to prevent, investigate, detect or prosecute criminal offences (GDPR art. 23(1)(d))"),
    Ground.GDPR_SUPERVISION: _("for a task of supervision that serves one of these (GDPR art. 23(1)(h))"),
    Ground.GDPR_RIGHTS: _("to protect the person who asks, or the rights of others (GDPR art. 23(1)(i))"),
}

RIGHTS = {
    Right.ACCESS: _("Access: the person asks what is held"),
    Right.AUTHORITY: _("Checks through the supervisory authority (LED art. 17)"),
}

IDENTITIES = {
    Identity.NOT: _("Not yet"),
    Identity.IN_PERSON: _("In person"),
    Identity.DOCUMENT: _("By a document that was shown"),
    Identity.ELECTRONIC: _("By an electronic identity"),
    Identity.BY_AUTHORITY: _("By the supervisory authority, which asks for the person"),
}

REPLIES = {
    Reply.HELD: _("What is held, by kind of record and day"),
    Reply.NEITHER: _("Neither confirmed nor denied; also where nothing is held"),
    Reply.CHECKED: _("The checks took place, and nothing else"),
}

PROBLEMS = {
    "other_right": _("This answer belongs to another right than the one that was asked for."),
    "only_oversight": _("Only the supervisory authority answers that its checks took place."),
    "no_identity": _("Make sure first who asks, and note how."),
    "nothing_to_tell": _(
        "Nothing was found. Answer that it is neither confirmed nor denied: an answer of nothing would tell everybody "
        "else that something is held."
    ),
    "ground_without_part": _("Choose which part of the answer is left out, or take the ground and the words away."),
    "other_law": _("This ground is of another law than the one under which your organisation handles data."),
    "no_ground": _("Choose the ground on which the answer is restricted."),
    "no_provision": _(
        "Name the provision of national law that makes the restriction: without one the GDPR (art. 23) allows none."
    ),
    "no_words": _("Say why this is necessary and proportionate in this case: ten characters at least."),
}
