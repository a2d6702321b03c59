"""What oversight may see, how a search of the ledger is written, and what an answer to a person leaves out. Pure."""

from __future__ import annotations

import enum
from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

from vaern.node.organisations.rules import OrganisationKind, Regime

if TYPE_CHECKING:
    from uuid import UUID

PAGE = 50
"""Entries a page."""

LARGEST = 2**63 - 1
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""Between these the ledger is searched: days beyond have no moment that every clock and database can name."""

WORDS_KEPT = timedelta(days=2 * 365)
"""How long what people typed (reasons, searches) stays beside its entry. The node then erases it; the entry stays."""

SHORTEST_ASSESSMENT = 10
"""Characters: fewer say nothing."""


def sees_whole_node(kind: OrganisationKind) -> bool:
    """Whether the oversight of such an organisation sees every entry, or only those that concern its own."""
    return kind is OrganisationKind.OVERSIGHT


def may_read_words(entry_organisation: UUID | None, viewer_organisation: UUID, *, whole_node: bool) -> bool:
    """Whether a viewer reads the words that were typed with an entry, beside the code of the reason.

    Words may name people of whoever typed them, so another organisation, though its record was read, sees the code.
    """
    return whole_node or entry_organisation == viewer_organisation


@dataclass(frozen=True)
class Filters:
    """A search of the ledger; None means: all.

    Attributes:
        person, key: who acted.
        organisation: for which organisation they acted.
        owner: whose record it was.
        recipient: to which organisation something was disclosed.
        session: in which administrator's session.
        kind, subject: what it was done to.
        verb, act: what was done.
        what: one of `unusual_rules.What`.
        given: how the reason was given, `default` or `chosen`.
        since, until: first and last day, both included.
        after, before: older and newer entries than this number only: where the next and the previous page begin.
    """

    person: UUID | None = None
    key: UUID | None = None
    organisation: UUID | None = None
    owner: UUID | None = None
    recipient: UUID | None = None
    session: UUID | None = None
    kind: str | None = None
    subject: UUID | None = None
    verb: str | None = None
    act: str | None = None
    what: str | None = None
    given: str | None = None
    since: date | None = None
    until: date | None = None
    after: int | None = None
    before: int | None = None

    def parameters(self) -> dict[str, str]:
        """Return what is looked for as the parameters of an address, without the place of the page."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in given.items() if value is not None and name not in PLACE}


PLACE = ("after", "before")
"""Of the filters: where a page begins."""


# Answers to the people whose data it is -----------------------------------------------------------------------------


class Part(enum.StrEnum):
    """A part of the answer that may be restricted on its own."""

    ACCOUNT = "account"
    DID = "did"
    DONE_TO = "done_to"
    READERS = "readers"
    REASONS = "reasons"


class Ground(enum.StrEnum):
    """Why a right of access may be restricted: LED art. 15(1), letters a to e; GDPR art. 23(1), by national law.

    Of the GDPR's ten the five on which such an organisation can have to leave something out.
    """

    INQUIRIES = "inquiries"
    PREVENTION = "prevention"
    PUBLIC_SECURITY = "public_security"
    NATIONAL_SECURITY = "national_security"
    RIGHTS_OF_OTHERS = "rights_of_others"
    GDPR_STATE_SECURITY = "gdpr_state_security"
    GDPR_PUBLIC_SECURITY = "gdpr_public_security"
    GDPR_CRIME = "gdpr_crime"
    GDPR_SUPERVISION = "gdpr_supervision"
    GDPR_RIGHTS = "gdpr_rights"


def grounds_of(regime: Regime) -> tuple[Ground, ...]:
    """Return the grounds that an organisation under this law may restrict an answer on."""
    return tuple(one for one in Ground if one.value.startswith("gdpr_") is (regime is not Regime.LED))


@dataclass(frozen=True)
class Restriction:
    """What an answer leaves out, and why.

    Attributes:
        parts: what.
        ground: on which ground of the regime's law.
        provision: of national law that makes the restriction; the GDPR allows none without (art. 23).
        words: the assessment of the single case; it stays with the organisation.
        unsaid: the answer does not even say that something is left out, because that would defeat the purpose
            (LED art. 15(3), GDPR art. 23(2)(h)).
    """

    parts: frozenset[Part] = frozenset()
    ground: Ground | None = None
    provision: str = ""
    words: str = ""
    unsaid: bool = False


SHORTEST_PROVISION = 4


def problem_with(regime: Regime, given: Restriction) -> str:
    """Return the code of what is wrong with a restriction, or "" if nothing is.

    Third persons are left out of every answer (GDPR art. 15(4)) and need no restriction. Beyond that an answer is
    restricted on a ground of the law that the organisation is under, after an assessment of the single case, written
    down (LED art. 15(4)); under the GDPR by a provision of national law that is named (art. 23; in Denmark section 22
    of the Data Protection Act).
    """
    if not given.parts:
        return "ground_without_part" if given != Restriction() else ""
    if given.ground is None:
        return "no_ground"
    if given.ground not in grounds_of(regime):
        return "other_law"
    if regime is not Regime.LED and len(given.provision.strip()) < SHORTEST_PROVISION:
        return "no_provision"
    return "" if len(given.words.strip()) >= SHORTEST_ASSESSMENT else "no_words"


def due_date(received: date) -> date:
    """Return the last day on which the person may expect the answer: the same day of the next month, or its last.

    GDPR art. 12(3) says one month; LED art. 12(3) says without undue delay, for which the node takes the same month.
    """
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    return date(year, month, min(received.day, monthrange(year, month)[1]))


def review_date(due: date) -> date:
    """Return until when a request and how it was answered are kept: a year after it was due."""
    return due + timedelta(days=365)
