"""What people read of the codes of the ledger and of answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Verb
from vaern.node.oversight.rules import Ground, Part

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
}

PROBLEMS = {
    "ground_without_part": _("Choose which part of the answer is left out, or take the ground and the words away."),
    "not_under_this_law": _("This organisation handles data under the GDPR, which knows no such restriction."),
    "no_ground": _("Choose the ground of LED art. 15(1) on which the answer is restricted."),
    "no_words": _("Write down why this is necessary and proportionate in this case: ten characters at least."),
}
