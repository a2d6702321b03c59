"""What the ledger can say of private comparisons, as sentences: each step in the account of both sides."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ON = Act("crosscheck.private.on", Verb.ALTERATION, N_("{person} switched the private comparison with {recipient} on"))
WAS_ON = Act("crosscheck.private.was_on", Verb.ALTERATION, N_("{recipient} switched the private comparison on"))
OFF = Act(
    "crosscheck.private.off", Verb.ALTERATION, N_("{person} switched the private comparison with {recipient} off")
)
WAS_OFF = Act("crosscheck.private.was_off", Verb.ALTERATION, N_("{recipient} switched the private comparison off"))
EVALUATED = Act(
    "crosscheck.private.evaluated",
    Verb.COMBINATION,
    N_("The node made comparison tags for {recipient} of what {subject} holds ({count})"),
)
ASKED = Act(
    "crosscheck.private.asked",
    Verb.COMBINATION,
    N_("{person} compared values of {subject} with what {recipient} holds ({count})"),
)
WAS_ASKED = Act(
    "crosscheck.private.came",
    Verb.DISCLOSURE,
    N_("{recipient} learnt how many of its values {subject} holds (asked about: {count})"),
)
TAGS_CAME = Act(
    "crosscheck.private.tags", Verb.COLLECTION, N_("Comparison tags of what {recipient} holds came ({count})")
)
COUNTED = Act(
    "crosscheck.private.counted",
    Verb.COMBINATION,
    N_("The answer of {recipient} was verified, and counted with its tags (asked about: {count})"),
)
TOLD = Act("crosscheck.private.told", Verb.COLLECTION, N_("{recipient} said how many of its values {subject} holds"))
FAILED = Act(
    "crosscheck.private.failed",
    Verb.ALTERATION,
    N_("A question between {subject} and {recipient} ended without a number"),
)
CLOSED = Act(
    "crosscheck.private.closed",
    Verb.ALTERATION,
    N_("The private comparison with {recipient} ended, because nothing of it passes with its node any more"),
)
PROPOSED = Act(
    "crosscheck.private.proposed",
    Verb.ALTERATION,
    N_("{person} proposed to {recipient} that both see which records are in common"),
)
WAS_PROPOSED = Act(
    "crosscheck.private.was_proposed",
    Verb.COLLECTION,
    N_("{recipient} proposed that both see which records are in common"),
)
AGREED = Act(
    "crosscheck.private.agreed", Verb.DISCLOSURE, N_("{recipient} may see which of its records {subject} has in common")
)
REFUSED = Act(
    "crosscheck.private.refused",
    Verb.ALTERATION,
    N_("{person} does not let {recipient} see which records are in common"),
)
WAS_REFUSED = Act(
    "crosscheck.private.was_refused",
    Verb.COLLECTION,
    N_("{recipient} does not let {subject} see which records are in common"),
)
WITHDRAWN = Act(
    "crosscheck.private.withdrawn", Verb.ALTERATION, N_("{person} took back what was proposed to {recipient}")
)
WAS_WITHDRAWN = Act(
    "crosscheck.private.was_withdrawn", Verb.COLLECTION, N_("{recipient} took back what it had proposed to {subject}")
)
EXPIRED = Act(
    "crosscheck.private.expired",
    Verb.ALTERATION,
    N_("Nobody answered in time whether {subject} and {recipient} see what is in common"),
)
COMMON_CAME = Act(
    "crosscheck.private.common", Verb.COLLECTION, N_("{recipient} said which tags both have, after both agreed")
)
READ = Act(
    "crosscheck.private.read",
    Verb.CONSULTATION,
    N_("{person} looked at which records {subject} has in common with {recipient} ({count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
