"""What goes along with a case to another node, as plain records: written out of the sender's case, and made into one.

The same as to a desk next door (`handovers`). What comes is a peer's word, so each part is held to the rules by which
people here would have entered it; what does not hold refuses the case as a whole.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import unseal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import SEALED, digest, sealed
from vaern.node.cases.evidence import actions as register
from vaern.node.cases.evidence import acts, arrivals, chain
from vaern.node.cases.evidence import facts as of_evidence
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case, CustodyEvent, Evidence, Held, Party, Statement
from vaern.node.cases.rules import evidence as evidence_rules
from vaern.node.cases.rules import gradings, people
from vaern.node.cases.rules import handovers as rules
from vaern.node.cases.rules.evidence import Event
from vaern.node.cases.rules.gradings import Confidence, Credibility, Nature, Source
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import identifiers
from vaern.node.crosscheck.base.keys import keys_of
from vaern.node.crosscheck.rules.identifiers import LONGEST, BadIdentifier, normalised
from vaern.node.crosscheck.rules.identifiers import Kind as IdentifierKind
from vaern.node.external import passage as numbers
from vaern.node.external.rules import LONGEST as LONGEST_NUMBER
from vaern.node.external.rules import LONGEST_HOLDER, LONGEST_NOTE, MOST
from vaern.node.external.sealed_values import Given

if TYPE_CHECKING:
    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

Place = Annotated[int, msgspec.Meta(ge=0, lt=5_000)]
"""Of a person or a statement among those of the message, from 0."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Somebody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom the case is about: a category, and the reference in the sender's register; never a name."""

    category: Category
    reference: Annotated[str, msgspec.Meta(min_length=3, max_length=60)]


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One statement, with its marks.

    Attributes:
        nature: a fact, or an assessment.
        source, credibility: of a fact.
        confidence: of an assessment.
        words: what is said.
        party: whom it is about.
        happened_at: when it happened.
        said_at: when it was written down.
        corrects: the earlier statement that it corrects.
    """

    nature: Nature
    source: Source | None = None
    credibility: Credibility | None = None
    confidence: Confidence | None = None
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=gradings.LONGEST)]
    party: Place | None = None
    happened_at: Moment | None = None
    said_at: Moment
    corrects: Place | None = None


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One identifier, as `crosscheck.rules.identifiers` has it in one form."""

    kind: IdentifierKind
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
    service: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] | None = None
    at: datetime | None = None
    party: Place | None = None


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What another system calls the case, and how far it may be passed on."""

    system: Annotated[str, msgspec.Meta(max_length=40)]
    value: Annotated[str, msgspec.Meta(max_length=LONGEST_NUMBER)]
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")] = ""
    holder: Annotated[str, msgspec.Meta(max_length=LONGEST_HOLDER)] = ""
    along: Annotated[str, msgspec.Meta(pattern=r"^(red|amber\+strict|amber|green)?$")] = ""
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""


class Exhibit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the register of evidence. What it holds stays where it lies.

    Attributes:
        kind: what it is.
        facts: what is said of it.
        evidence: its id at the sender's.
        events, hash: how long its chain of custody is there, and the hash of the last event.
    """

    kind: evidence_rules.Kind
    facts: Facts
    evidence: UUID
    events: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    hash: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Goods(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `case.offered`: what people wrote down; nothing of tasks, links and the history of the work.

    Attributes:
        urgent: a child may be in danger now, says the sender.
        synthetic: it is made up.
        until: when it ends at the sender's, at the latest; here it ends with the release then.
        parties, statements, identifiers, numbers, evidence: in their order.
    """

    urgent: bool
    synthetic: bool
    until: date
    parties: Annotated[list[Somebody], msgspec.Meta(max_length=1_000)] = []
    statements: Annotated[list[Sentence], msgspec.Meta(max_length=5_000)] = []
    identifiers: Annotated[list[Trace], msgspec.Meta(max_length=5_000)] = []
    numbers: Annotated[list[Number], msgspec.Meta(max_length=MOST)] = []
    evidence: Annotated[list[Exhibit], msgspec.Meta(max_length=2_000)] = []


# Out ------------------------------------------------------------------------------------------------------------------


def goods_of(case: Case, handling: str) -> Goods:
    """Return what goes along with a case, and with all that it absorbed, under a label."""
    cases = whole(case)
    parties, places = _parties(cases)
    return Goods(
        urgent=case.urgent,
        synthetic=case.synthetic,
        until=case.review_date,
        parties=parties,
        statements=_statements(cases, places),
        identifiers=_identifiers(cases, places),
        numbers=[
            Number(
                system=one.system,
                value=one.value,
                country=one.country,
                holder=one.holder,
                along=one.along,
                note=one.note,
            )
            for one in numbers.going(case, handling)
        ],
        evidence=_evidence(cases),
    )


def _parties(cases: list[Case]) -> tuple[list[Somebody], dict[object, int]]:
    found: list[Somebody] = []
    places: dict[object, int] = {}
    by_digest: dict[bytes, int] = {}
    for one in Party.of(case__in=cases).order_by("case__opened_at", "number"):
        category = Category(one.category)
        if not people.CATEGORIES[category].travels:
            continue
        key = bytes(one.digest)
        if key not in by_digest:
            by_digest[key] = len(found)
            found.append(Somebody(category=category, reference=unseal(one.sealed, SEALED)))
        places[one.pk] = by_digest[key]
    return found, places


def _statements(cases: list[Case], places: dict[object, int]) -> list[Sentence]:
    rows = list(Statement.of(case__in=cases).order_by("said_at", "number", "id"))
    at = {one.pk: place for place, one in enumerate(rows)}
    return [
        Sentence(
            nature=Nature(one.nature),
            source=Source(one.source) if one.source else None,
            credibility=Credibility(one.credibility) if one.credibility else None,
            confidence=Confidence(one.confidence) if one.confidence else None,
            words=unseal(one.sealed, SEALED),
            party=places.get(one.party_id),
            happened_at=one.happened_at,
            said_at=one.said_at,
            corrects=at.get(one.corrects_id),
        )
        for one in rows
    ]


def _identifiers(cases: list[Case], places: dict[object, int]) -> list[Trace]:
    found: dict[bytes, Trace] = {}
    for one in Held.of(case__in=cases).order_by("added_at", "id"):
        said = identifiers.identifier_of(one)
        trace = Trace(
            kind=said.kind,
            value=said.value,
            service=said.service,
            port=said.port,
            at=said.at,
            party=places.get(one.party_id),
        )
        found.setdefault(bytes(one.digest), trace)
    return list(found.values())


def _evidence(cases: list[Case]) -> list[Exhibit]:
    last = CustodyEvent.of(evidence=OuterRef("pk")).order_by("-number")
    rows = arrivals.of(cases).annotate(
        events_then=Subquery(last.values("number")[:1]), head=Subquery(last.values("hash")[:1])
    )
    return [
        Exhibit(
            kind=evidence_rules.Kind(one.kind),
            facts=of_evidence.opened(one.facts),
            evidence=one.pk,
            events=one.events_then,
            hash=bytes(one.head).hex(),
        )
        for one in rows
    ]


# In -------------------------------------------------------------------------------------------------------------------


def enter(goods: Goods, arrived: Case, sender: Viewer, reason: Reason, handling: str) -> set[Key]:
    """Enter what came along into the case that arrived; return the keys of its identifiers.

    Args:
        goods: of the message.
        arrived: the recipient's own.
        sender: the organisation on the other node; nobody of its people is known here.
        reason: of the hand-over.
        handling: the label under which it came.

    Raises:
        Refusal: something is not as people here could have entered it.
    """
    parties = [_enter_party(one, arrived, number) for number, one in enumerate(goods.parties, 1)]
    _enter_statements(goods.statements, arrived, parties)
    keys = _enter_identifiers(goods.identifiers, arrived, parties)
    given = [Given(one.system, one.value, one.country, one.holder, one.along, one.note) for one in goods.numbers]
    numbers.came(arrived, given, handling, sender.organisation)
    for number, one in enumerate(goods.evidence, 1):
        _enter_evidence(one, arrived, number, sender, reason)
    return keys


def _enter_party(one: Somebody, arrived: Case, number: int) -> Party:
    try:
        reference = people.reference_of(one.reference)
    except Refusal:
        raise Refusal(rules.BAD_PERSON) from None
    key = digest(reference)
    if not people.CATEGORIES[one.category].travels or Party.of(case=arrived).filter(digest=key).exists():
        raise Refusal(rules.BAD_PERSON)
    made: Party = Party.everywhere.create(
        case=arrived,
        organisation=arrived.organisation,
        number=number,
        category=one.category.value,
        sealed=sealed(reference),
        digest=key,
        kept_until=people.kept_until(one.category, timezone.localdate(), arrived.review_date),
    )
    return made


def _at(parties: list[Party], place: int | None, code: str) -> Party | None:
    if place is not None and place >= len(parties):
        raise Refusal(code)
    return parties[place] if place is not None else None


def _enter_statements(given: list[Sentence], arrived: Case, parties: list[Party]) -> None:
    made: list[Statement] = []
    corrected: set[int] = set()
    for number, one in enumerate(given, 1):
        is_fact = one.nature is Nature.FACT
        marked = (one.source is not None, one.credibility is not None, one.confidence is not None)
        if marked != (is_fact, is_fact, not is_fact) or not one.words.strip():
            raise Refusal(rules.BAD_STATEMENT)
        if one.corrects is not None and (one.corrects >= len(made) or one.corrects in corrected):
            raise Refusal(rules.BAD_STATEMENT)
        corrected |= {one.corrects} if one.corrects is not None else set()
        made.append(
            Statement.everywhere.create(
                case=arrived,
                organisation=arrived.organisation,
                number=number,
                nature=one.nature.value,
                source=one.source or "",
                credibility=one.credibility or "",
                confidence=one.confidence or "",
                party=_at(parties, one.party, rules.BAD_STATEMENT),
                sealed=sealed(one.words),
                happened_at=one.happened_at,
                said_at=min(one.said_at, timezone.now()),
                corrects=made[one.corrects] if one.corrects is not None else None,
            )
        )


def _enter_identifiers(given: list[Trace], arrived: Case, parties: list[Party]) -> set[Key]:
    keys: set[Key] = set()
    for one in given:
        try:
            found = normalised(one.kind, one.value, service=one.service, port=one.port, at=one.at)
        except BadIdentifier:
            raise Refusal(rules.BAD_IDENTIFIER) from None
        identifiers.enter(arrived, found, _at(parties, one.party, rules.BAD_IDENTIFIER))
        keys |= set(keys_of(found))
    return keys


def _enter_evidence(one: Exhibit, arrived: Case, number: int, sender: Viewer, reason: Reason) -> None:
    try:
        register.check_facts(one.facts)
    except Refusal:
        raise Refusal(rules.BAD_EVIDENCE) from None
    made: Evidence = Evidence.everywhere.create(
        case=arrived,
        organisation_id=arrived.organisation_id,
        number=number,
        kind=one.kind.value,
        held=evidence_rules.Held.AWAITED.value,
        sha256=register.sha256_of(one.facts),
        facts=of_evidence.sealed(one.facts),
    )
    before = {"evidence": str(one.evidence), "events": one.events, "hash": one.hash}
    chain.add(sender, reason, made, Event.REGISTERED, {"facts": one.facts.hash, "before": before}, acts.ARRIVED)
