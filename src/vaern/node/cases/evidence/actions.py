"""What happens to evidence: registered, handed over, checked, corrected, given back. Each adds a link to its chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.cases.base.locks import locked, next_number, touched
from vaern.node.cases.evidence import acts, chain
from vaern.node.cases.evidence.facts import opened, sealed
from vaern.node.cases.models import Evidence
from vaern.node.cases.rules import case as life
from vaern.node.cases.rules import evidence as rules
from vaern.node.cases.rules.evidence import Event, Held

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.cases.evidence.facts import Facts
    from vaern.node.cases.models import Case, CustodyEvent
    from vaern.node.cases.rules.evidence import Kind
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer

LONGEST = 4_000
"""Characters of one thing that is said."""

ACT_OF: dict[Event, Act] = {
    Event.RECEIVED: acts.RECEIVED,
    Event.HANDED_OVER: acts.HANDED_OVER,
    Event.MOVED: acts.MOVED,
    Event.EXAMINED: acts.EXAMINED,
    Event.RESEALED: acts.RESEALED,
    Event.RETURNED: acts.RETURNED,
    Event.CAME_BACK: acts.CAME_BACK,
    Event.DESTROYED: acts.DESTROYED,
}

NAMES_BOTH = frozenset({Event.RECEIVED, Event.HANDED_OVER})
"""Events that say who had it and who has it now."""


@dataclass(frozen=True)
class Said:
    """What is said of an event of custody.

    Attributes:
        giver, taker: who had it and who has it now: a role, a place. Never a name.
        place: where it lies now.
        condition: in what state it is.
        seal: number of the seal on it.
        happened_at: when; None: now.
    """

    giver: str = ""
    taker: str = ""
    place: str = ""
    condition: str = ""
    seal: str = ""
    happened_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the chain has it."""
        texts = {name: getattr(self, name).strip() for name in ("giver", "taker", "place", "condition", "seal")}
        if max(map(len, texts.values())) > LONGEST:
            raise Refusal(_("That is too long."))
        if self.happened_at and self.happened_at > timezone.now():
            raise Refusal(_("It cannot have happened in the future."))
        return {**texts, "happened_at": self.happened_at.isoformat() if self.happened_at else ""}


@transaction.atomic
def register(viewer: Viewer, reason: Reason, case: Case, kind: Kind, facts: Facts) -> Evidence:
    """Enter evidence into the register of a case; its chain begins.

    Raises:
        Refusal: something that is said of it cannot be taken, or the case is not worked on.
    """
    current = locked(viewer, case, life.Event.EDIT)
    check_facts(facts)
    made: Evidence = Evidence.everywhere.create(
        case=current,
        organisation_id=current.organisation_id,
        number=next_number(Evidence, current),
        kind=kind.value,
        sha256=sha256_of(facts),
        facts=sealed(facts),
    )
    chain.add(viewer, reason, made, Event.REGISTERED, {"facts": facts.hash}, acts.REGISTERED)
    touched(current)
    return made


@transaction.atomic
def happen(viewer: Viewer, reason: Reason, evidence: Evidence, event: Event, said: Said) -> CustodyEvent:
    """Record what happened to evidence.

    Raises:
        Refusal: it did not happen in a way that can be written down, or was written down just now, or it is not held,
            or was destroyed.
    """
    if event not in ACT_OF:
        raise Refusal(_("That is written down in another way."))
    current = _locked(viewer, evidence)
    if event in NAMES_BOTH and not (said.giver.strip() and said.taker.strip()):
        raise Refusal(_("Say who handed it over, and to whom."))
    if event in {Event.DESTROYED, Event.RETURNED} and not reason.words.strip():
        raise Refusal(_("Say in words why, and by whose decision."))
    if chain.ends_with(viewer, reason, current, event, said.as_json()):
        raise Conflict(_("This is the last event already, word for word. If it happened once more, say when."))
    _move(current, event)
    made = chain.add(viewer, reason, current, event, said.as_json(), ACT_OF[event])
    touched(current.case)
    return made


@transaction.atomic
def check(viewer: Viewer, reason: Reason, evidence: Evidence, text: str) -> tuple[CustodyEvent, bool]:
    """Compare what somebody computed now with what is registered; write down whether it is the same.

    Args:
        viewer: who.
        reason: why.
        evidence: what.
        text: a digest, or what `sha256sum` or `vaern hash` printed.

    Returns:
        The event, and whether it is the same.

    Raises:
        Refusal: no digest in the text, or none that the register has.
    """
    current = _locked(viewer, evidence)
    try:
        found = rules.digests_in(text)
    except ValueError as error:
        text = _("No digest was found in the text, or those of several files (%s).") % error
        raise Refusal(text, field="text") from None
    same = rules.compared(opened(current.facts).digests, found)
    if same is None:
        raise Refusal(_("The register has no digest of this kind for it."), field="text")
    _move(current, Event.CHECKED)
    said = {"digests": found, "same": same}
    made = chain.add(viewer, reason, current, Event.CHECKED, said, acts.CHECKED if same else acts.DIFFERED)
    touched(current.case)
    return made, same


@transaction.atomic
def correct(viewer: Viewer, reason: Reason, evidence: Evidence, facts: Facts) -> CustodyEvent:
    """Correct what is registered of evidence; the chain keeps that it was corrected, by whom and why.

    Raises:
        Refusal: there are no words, or nothing differs, or a registered digest would change.
    """
    current = _locked(viewer, evidence)
    before = opened(current.facts)
    if not reason.words.strip():
        raise Refusal(_("Say in words what was wrong."))
    if facts == before:
        raise Conflict(_("Nothing differs from what is registered."))
    if any(facts.digests.get(name) != value for name, value in before.digests.items()):
        raise Refusal(_("A registered digest stays: register the other thing as evidence of its own."))
    check_facts(facts)
    _move(current, Event.CORRECTED)
    current.facts, current.sha256 = sealed(facts), sha256_of(facts)
    current.save(update_fields=["facts", "sha256"])
    made = chain.add(viewer, reason, current, Event.CORRECTED, {"facts": facts.hash}, acts.CORRECTED)
    touched(current.case)
    return made


def _locked(viewer: Viewer, evidence: Evidence) -> Evidence:
    """Lock evidence of the viewer's own organisation, so that two people do not add the same link.

    Raises:
        Refusal: it is not theirs, or it was erased meanwhile, or it is a key that asks.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    mine = Evidence.everywhere.select_for_update(of=("self",), no_key=True).select_related("case")
    found = mine.filter(pk=evidence.pk, organisation=viewer.organisation.id).first()
    if found is None:
        raise Conflict(_("The evidence is not your organisation's, or it was erased."))
    return found


def _move(evidence: Evidence, event: Event) -> None:
    evidence.held = rules.after(Held(evidence.held), event).value
    evidence.save(update_fields=["held"])


def check_facts(facts: Facts) -> None:
    """Refuse what cannot be said of evidence.

    Raises:
        Refusal: with what is wrong.
    """
    texts = [value for value in facts.as_json.values() if isinstance(value, str)]
    if not facts.description.strip():
        raise Refusal(_("Say what it is."))
    if max(map(len, texts)) > LONGEST:
        raise Refusal(_("That is too long."))
    for name, value in facts.digests.items():
        if rules.LENGTHS.get(name) != len(value) or not set(value) <= set("0123456789abcdef"):
            raise Refusal(_("%s is not such a digest.") % name)


def sha256_of(facts: Facts) -> bytes | None:
    """Return the SHA-256 among the digests of facts; None without one."""
    value = facts.digests.get("sha256")
    return bytes.fromhex(value) if value else None
