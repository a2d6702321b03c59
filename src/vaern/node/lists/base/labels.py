"""What people read of the codes of this app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaern.node.lists.rules.effects import EffectKind, EffectState, RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import Claim, FeedbackState, Outcome
from vaern.node.lists.rules.floods import Cause
from vaern.node.lists.rules.intake import Change, IntakeState
from vaern.node.lists.rules.lists import Holds, Purpose, Tells, Wishes
from vaern.node.lists.rules.releases import Difference
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.lists.base.against import Doubt
    from vaern.node.lists.models import EntryFeedback, HashList, ListEntry

HOLDS: dict[Holds, Any] = {
    Holds.FILES: _("Hashes of files"),
    Holds.ADDRESSES: _("Addresses"),
    Holds.DOMAINS: _("Domains"),
    Holds.KEYWORDS: _("Keywords, as digests"),
    Holds.WALLETS: _("Wallets"),
}
SEARCHES: dict[Holds, Any] = {
    Holds.FILES: _("A hash, the id of an entry, or an external identifier"),
    Holds.ADDRESSES: _("An address, the id of an entry, or an external identifier"),
    Holds.DOMAINS: _("A domain, the id of an entry, or an external identifier"),
    Holds.KEYWORDS: _("A keyword or its digest, the id of an entry, or an external identifier"),
    Holds.WALLETS: _("A wallet, the id of an entry, or an external identifier"),
}
"""What a list can be searched by."""

PURPOSES: dict[Purpose, Any] = {
    Purpose.KNOWN: _("Known child sexual abuse material"),
    Purpose.SURVIVORS: _("What survivors wish to have removed"),
    Purpose.ADULTS: _("Intimate images of adults, shared without consent"),
    Purpose.KNOWN_GOOD: _("Known good: a hit is ignored"),
    Purpose.NEGATIVE: _("Never to be listed: a hit puts an entry in quarantine"),
}
KNOWN_VALUES: dict[Holds, Any] = {
    Holds.ADDRESSES: _("Addresses of child sexual abuse material"),
    Holds.DOMAINS: _("Domains with child sexual abuse material"),
    Holds.KEYWORDS: _("Keywords for child sexual abuse material"),
    Holds.WALLETS: _("Wallets that take payment for child sexual abuse material"),
}
"""What a hit on a list of what is known means where it holds no hashes: a domain is no material."""
ONE_OF: dict[Holds, Any] = {
    Holds.FILES: _("Entry"),
    Holds.ADDRESSES: _("Address"),
    Holds.DOMAINS: _("Domain"),
    Holds.KEYWORDS: _("Digest of the keyword"),
    Holds.WALLETS: _("Wallet"),
}
"""What an entry of a list is called where its value stands."""
WISHES: dict[Wishes, Any] = {
    Wishes.OWN: _("Wishes of survivors that came to your organisation and that a person confirmed"),
}
TELLS: dict[Tells, Any] = {
    Tells.VERDICT: _("What follows from it, and nothing of the entry"),
    Tells.CLASS: _("What follows from it, and the class of the entry"),
    Tells.ALL: _("All that the list says of the entry but its hashes"),
}
STATES: dict[EntryState, tuple[Any, str]] = {
    EntryState.LIVE: (_("Matched"), "good"),
    EntryState.DISPUTED: (_("Disputed"), "warning"),
    EntryState.QUARANTINED: (_("In quarantine"), "warning"),
    EntryState.RECALLED: (_("Recalled"), "bad"),
    EntryState.ENDED: (_("Ended"), "neutral"),
}
INTAKES: dict[IntakeState, tuple[Any, str]] = {
    IntakeState.RECEIVING: (_("Coming in"), "info"),
    IntakeState.READING: (_("Being read"), "info"),
    IntakeState.READY: (_("Waits for a decision"), "warning"),
    IntakeState.HELD: (_("Waits for a second person"), "warning"),
    IntakeState.TAKING: (_("Being taken in"), "info"),
    IntakeState.TAKEN: (_("Taken in"), "good"),
    IntakeState.REJECTED: (_("Rejected"), "neutral"),
    IntakeState.FAILED: (_("Failed"), "bad"),
}
CHANGES: dict[Change, tuple[Any, str]] = {
    Change.ADD: (_("Added"), "good"),
    Change.CHANGE: (_("Changed"), "info"),
    Change.WITHDRAW: (_("Withdrawn"), "warning"),
}
DIFFERENCES: dict[Difference, tuple[Any, str]] = {
    Difference.ADDED: (_("Added"), "good"),
    Difference.RECALLED: (_("Recalled"), "bad"),
    Difference.QUARANTINED: (_("Put in quarantine"), "warning"),
    Difference.RETURNED: (_("Matched again"), "good"),
    Difference.ENDED: (_("Ended"), "neutral"),
    Difference.CLASS: (_("Class changed"), "info"),
    Difference.SIGNALS: (_("Hashes changed"), "info"),
}
CAUSES: dict[Cause, Any] = {
    Cause.FLOOD: _("Hit by a flood"),
    Cause.NEGATIVE: _("On a list of what is never to be listed"),
    Cause.KNOWN_GOOD: _("On a list of harmless files"),
    Cause.JUNK: _("It would match at random"),
}
ACTS: dict[str, Any] = {
    "log": _("Write the hit down"),
    "queue": _("Put it before a person"),
    "block": _("Keep it from being shown until a person has looked"),
    "report": _("Put a report before a person"),
}
"""What a policy speaks of. Each is advice: nothing but writing down happens without a person."""
WHYS: dict[str, Any] = {
    "votes": _("organisations say that it belongs on the list"),
    "independent": _("too few views of their own"),
    "countries": _("too few countries"),
    "test": _("the declared test entry: it stands for nothing"),
    "removal": _("the list is of what is to be removed, and says nothing of what to report"),
    "disputed": _("somebody says that it does not belong on the list"),
    "settled": _("somebody said that it does not belong there; whoever keeps the list decided that it stays"),
    "rejected": _("nobody says that it belongs on the list, and somebody says it does not"),
    "known-good": _("a list of known-good files has it"),
    "negative": _("a list of values known to match wrongly has it"),
    "near": _("alike, not the same file: a person compares"),
    "ground-unlawful": _("the law stands against it"),
    "ground-unknown": _("the legal ground is unknown"),
    "viewed-by-nobody": _("nobody is known to have viewed the file"),
    "viewed": _("somebody viewed the file"),
    "quality": _("the quality of the PDQ value is too low to be compared"),
    "kind": _("signals of this kind are kept, not compared"),
    "hosted": _("a list that your organisation does not hold has it, and tells no more"),
}
"""Why something follows from a hit, or does not, by the codes of `vaern.lookup.policy`."""
NEEDS_MORE = {"votes": _("too few votes")}
"""What a code says among that which is lacking, where it says another thing there."""
OPINIONS: dict[str, tuple[Any, str]] = {
    "positive": (_("Belongs on the list"), "good"),
    "negative": (_("Does not belong on it"), "bad"),
    "unsure": (_("Unsure"), "neutral"),
}
VIEWS: dict[str, Any] = {
    "independent": _("Viewed by its own people"),
    "inherited": _("Taken over from somebody"),
    "": _("Not said; counts as taken over"),
}
REASONS: dict[RecallReason, Any] = {
    RecallReason.NOT_CSAM: _("It is no child sexual abuse material"),
    RecallReason.WRONG_CLASS: _("Its class is wrong"),
    RecallReason.WRONG_HASH: _("The hash is of something else"),
    RecallReason.ADULT: _("It shows adults"),
    RecallReason.WITHDRAWN: _("Its source withdrew it"),
    RecallReason.WISH: _("A survivor ended the wish"),
    RecallReason.LAW: _("The law no longer allows to hold it"),
    RecallReason.ENDED: _("Its end date has passed"),
}
CLAIMS: dict[Claim, Any] = {
    Claim.WRONG_HIT: _("Wrong hit: what matched does not belong on the list"),
    Claim.WRONG_CLASS: _("Wrong class"),
}
OUTCOMES: dict[Outcome, tuple[Any, str]] = {
    Outcome.KEPT: (_("It stays as it is"), "neutral"),
    Outcome.HIT_WRONG: (_("The hit was wrong, the entry is right"), "good"),
    Outcome.CORRECTED: (_("Its class was corrected"), "good"),
    Outcome.QUARANTINED: (_("Put in quarantine"), "warning"),
    Outcome.RECALLED: (_("Recalled"), "bad"),
}
DOES: dict[Outcome, Any] = {
    Outcome.KEPT: _("Keep it as it is"),
    Outcome.HIT_WRONG: _("Keep it: this hit was wrong, the entry is right"),
    Outcome.CORRECTED: _("Correct its class"),
    Outcome.QUARANTINED: _("Put it in quarantine"),
    Outcome.RECALLED: _("Recall it"),
}
FEEDBACK: dict[FeedbackState, Any] = {
    FeedbackState.OPEN: _("Waits for an answer"),
    FeedbackState.ANSWERED: _("Answered"),
}
EFFECTS: dict[EffectKind, Any] = {
    EffectKind.SCAN: _("Scan"),
    EffectKind.REPORT: _("Report"),
    EffectKind.NOTICE: _("Notice to a host"),
    EffectKind.BLOCK: _("Blocked address"),
    EffectKind.DOMAIN: _("Blocked domain"),
    EffectKind.SERIES: pgettext_lazy("one of them", "Series"),
    EffectKind.CASE: _("Case"),
    EffectKind.LOOKUP: _("Look-ups"),
    EffectKind.SUBSCRIBER: _("Receives the list"),
    EffectKind.ACCOUNT: _("Measures against accounts"),
}
COUNTED: dict[EffectKind, Any] = {
    EffectKind.SCAN: _("Scans"),
    EffectKind.REPORT: _("Reports"),
    EffectKind.NOTICE: _("Notices to hosts"),
    EffectKind.BLOCK: _("Blocked addresses"),
    EffectKind.DOMAIN: _("Blocked domains"),
    EffectKind.SERIES: _("Series"),
    EffectKind.CASE: _("Cases"),
    EffectKind.LOOKUP: _("Look-ups"),
}
"""What a list led to, many of a kind, in the order in which its page shows it."""
EFFECT_STATES: dict[EffectState, tuple[Any, str]] = {
    EffectState.TO_TELL: (_("Not read yet"), "warning"),
    EffectState.TOLD: (_("Read, not acknowledged"), "warning"),
    EffectState.ACKNOWLEDGED: (_("Acknowledged"), "good"),
}


def purpose(hash_list: HashList) -> Any:
    """Return what a hit on a list means, by what the list holds."""
    found, holds = Purpose(hash_list.purpose), Holds(hash_list.holds)
    return KNOWN_VALUES.get(holds, PURPOSES[found]) if found is Purpose.KNOWN else PURPOSES[found]


def state(entry: ListEntry) -> Chip:
    """Return the chip of an entry's state."""
    return Chip(*STATES[EntryState(entry.state)])


def classes_differ() -> Chip:
    """Return the chip of an entry to which votes give several classes of one scheme."""
    return Chip(_("Votes name several classes"), "warning")


def opinion(code: str, *, settled: bool = False) -> Chip:
    """Return the chip of an opinion; of a no that whoever keeps the list has settled, that it is."""
    if code == "negative" and settled:
        return Chip(_("Does not belong on it (settled: it stays)"), "neutral")
    return Chip(*OPINIONS[code])


def doubt(of: Doubt) -> str:
    """Return why an entry does not belong where it is, with the list that has it too."""
    return f"{CAUSES[of.cause]}: {of.against}" if of.against else str(CAUSES[of.cause])


def claim(feedback: EntryFeedback) -> object:
    """Return what feedback says of an entry: the claim of a person, or the opinion of a program."""
    if feedback.claim:
        return CLAIMS[Claim(feedback.claim)]
    return OPINIONS[feedback.opinion][0] if feedback.opinion in OPINIONS else _("A new hash")


def feedback_state(feedback: EntryFeedback) -> Chip:
    """Return the chip of what came of feedback."""
    if feedback.outcome:
        return Chip(*OUTCOMES[Outcome(feedback.outcome)])
    return Chip(FEEDBACK[FeedbackState.OPEN], "warning") if feedback.is_open else Chip(_("Agrees"), "neutral")
