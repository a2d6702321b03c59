"""On what terms something is released: label, handling codes, end, and the ground on which it leaves the country."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.releases.transfers import AUTHORITIES, INSIDE, Bounds, Code, Situation, Table, bounds_of, table
from vaern.node.organisations.rules import OrganisationKind, Regime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from vaern.node.casework.models import Casework, Release
    from vaern.node.casework.releases.transfers import Ground
    from vaern.node.organisations.models import Organisation


class Handling(enum.StrEnum):
    """What a recipient may do with what it receives: the labels of TLP 2.0 (FIRST) that fit casework."""

    RED = "red"
    AMBER_STRICT = "amber+strict"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True)
class Terms:
    """What is decided once about a release, to however many recipients.

    Attributes:
        handling: the label that the recipients have to keep to.
        until: when their sight ends.
        legal_ground: in words, needed if a recipient is under another regime, or if the ground of transfer asks for it.
        transfer: code of the ground on which it goes to another country; needed if a recipient is in one that is not
            bound by the same law of the Union.
        europol: Europol's handling codes, between authorities.
        restriction: what H3 says.
        permission: who of those it came from permitted it, needed if it came under terms that ask for that.
    """

    handling: Handling
    until: datetime
    legal_ground: str = ""
    transfer: str = ""
    europol: frozenset[Code] = frozenset()
    restriction: str = ""
    permission: str = ""


CAME: dict[str, list[tuple[Callable[[Any], QuerySet[Release]], bool]]] = {}
"""By kind of record, how the releases are found by which it, or what it is made of, came to its owner (`came_by`)."""


def came_by(kind: str, releases: Callable[[Any], QuerySet[Release]], *, in_part: bool = False) -> None:
    """Say how the releases are found by which a record of a kind came to the organisation that has it.

    Args:
        kind: of the record.
        releases: given a record, finds them, recalled ones too.
        in_part: what came is a part of the record, as a report of a case: the codes go along, and the label, which is
            about what was released, does not.
    """
    CAME.setdefault(kind, []).append((releases, in_part))


def bounds(record: Casework) -> Bounds:
    """Return how strictly a record has to be handled because it came that way, also after a recall."""
    found = []
    for releases, in_part in CAME.get(record.KIND, []):
        for handling, codes, restriction in releases(record).values_list("handling", "europol", "restriction"):
            found.append(("" if in_part else handling, codes, restriction))
    return bounds_of(found)


def country_of(organisation: Organisation) -> str:
    """Return the code of an organisation's country, "" for one that belongs to the alliance as a whole."""
    return organisation.member.code if organisation.member else ""


def known_transfers() -> Table:
    """Return what is known of grounds and countries; what is invented, on a node only in which everything is."""
    return table(synthetic=settings.CONFIGURATION.synthetic)


@dataclass(frozen=True)
class Prospect:
    """An organisation to which a record could be released, as it is shown before.

    Attributes:
        organisation: who.
        crosses: it is under another regime than the owner, so that a legal ground is needed.
        until: when the sight ends that it has now; None if it has none.
        situation: how the owner's law stands to its country.
        coded: owner and recipient are authorities, between which Europol's handling codes are said.
    """

    organisation: Organisation
    crosses: bool
    until: datetime | None = None
    situation: Situation = Situation.HOME
    coded: bool = False

    @property
    def asks_ground(self) -> bool:
        """Whether a person has to choose on what ground it goes there."""
        return self.situation not in {Situation.HOME, Situation.INSIDE}

    def grounds(self, regime: Regime) -> list[Ground]:
        """Return the grounds among which somebody of a regime can choose for it."""
        return known_transfers().offered(regime, self.situation, OrganisationKind(self.organisation.kind))

    def ground(self, terms: Terms) -> str:
        """Return on what ground it goes there: what was chosen, where there was something to choose."""
        if self.asks_ground:
            return terms.transfer
        return INSIDE if self.situation is Situation.INSIDE else ""


def prospect(owner: Organisation, recipient: Organisation, until: datetime | None = None) -> Prospect:
    """Return how an organisation stands to whoever would release to it today."""
    situation = known_transfers().situation(
        Regime(owner.regime), country_of(owner), country_of(recipient), timezone.localdate()
    )
    coded = {OrganisationKind(owner.kind), OrganisationKind(recipient.kind)} <= AUTHORITIES
    return Prospect(recipient, owner.regime != recipient.regime, until, situation, coded)


def still_allowed(release: Release) -> bool:
    """Whether what a release rests on could be chosen today: an adequacy decision ends, a country leaves the Union."""
    to = prospect(release.owner, release.recipient)
    if to.asks_ground:
        return release.transfer in {one.code for one in to.grounds(Regime(release.owner.regime))}
    return to.situation is Situation.HOME or bool(release.transfer)


def refusals(
    terms: Terms, prospects: Iterable[Prospect], regime: Regime, held: Bounds, *, for_court: bool = False
) -> Iterator[tuple[str, str]]:
    """Say why something cannot be released on some terms: by the field that is at fault, and in words.

    Args:
        terms: all that was decided.
        prospects: to whom.
        regime: of whoever releases.
        held: how strictly the record has to be handled, because it came that way.
        for_court: it is for judicial proceedings.
    """
    yield from _ground_refusals(terms, list(prospects), regime)
    yield from handling_refusals(terms, held, passed_on=True, for_court=for_court)


def handling_refusals(
    terms: Terms, held: Bounds, *, passed_on: bool, for_court: bool = False
) -> Iterator[tuple[str, str]]:
    """Say what of some terms is wider than those on which a record came: by field, and in words.

    Args:
        terms: all that was decided; the ground is not looked at.
        held: how strictly the record has to be handled.
        passed_on: somebody outside the organisation receives it.
        for_court: it is for judicial proceedings.
    """
    if terms.handling.value not in held.labels:
        yield (
            "handling",
            _("It came as TLP:%(label)s, and goes on under no wider label.") % {"label": held.handling.upper()},
        )
    if missing := held.codes - terms.europol:
        yield "europol", _("It came under %(codes)s, which goes along.") % {"codes": ", ".join(sorted(missing))}
    if Code.H3 in terms.europol and not terms.restriction.strip():
        yield "restriction", _("H3 is a restriction in words: say which.")
    if any(words not in terms.restriction for words in held.restrictions):
        yield "restriction", _("The restriction with which it came goes along, word for word.")
    if held.asks(passed_on=passed_on, for_court=for_court) and not terms.permission.strip():
        yield "permission", _("It came on the term that its source is asked first: say who permitted it, and when.")


def _ground_refusals(terms: Terms, chosen: list[Prospect], regime: Regime) -> Iterator[tuple[str, str]]:
    words = bool(terms.legal_ground.strip())
    if not words and any(one.crosses for one in chosen):
        yield "legal_ground", _("A recipient is under another legal regime: name the legal ground.")
        words = True
    asking = [one for one in chosen if one.asks_ground]
    if not asking:
        return
    if not terms.transfer:
        yield "transfer", _("A recipient is in another country: choose the ground of transfer.")
        return
    unfit = [one for one in asking if terms.transfer not in {ground.code for ground in one.grounds(regime)}]
    if unfit:
        yield (
            "transfer",
            _("This ground does not fit %(names)s: release to them apart.")
            % {"names": ", ".join(one.organisation.name for one in unfit)},
        )
        return
    unsure = any(one.situation is Situation.UNKNOWN for one in asking)
    if not words and (unsure or known_transfers().grounds[terms.transfer].words):
        yield "legal_ground", _("Say in words what the ground of transfer rests on.")


def details_of(transfer: str, legal_ground: str, permission: str) -> str:
    """Return what the ledger keeps of a disclosure in words: on what ground it left, and who had permitted it."""
    said = (known_transfers().cites(transfer), legal_ground.strip(), permission.strip())
    return "; ".join(filter(None, said))
