"""The vocabulary of the ledger: verbs, acts, actors, subjects and reasons. Pure; no Django."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\Z")
LONGEST_NOTE = 2_000
ERASURE_ACT = "ledger.note.erased"
"""The code of the act that erases notes (`acts.NOTE_ERASED`); triggers and `verify` look for it."""


class Verb(enum.StrEnum):
    """The operations that a log must record: Directive (EU) 2016/680 (LED), article 25(1)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


@dataclass(frozen=True)
class Act:
    """One kind of thing that people do and the ledger records; each app lists its own in `acts.py`.

    Attributes:
        code: `app.subject.action`, unique, never changed once in use.
        verb: which of the six operations it is.
        sentence: an English sentence with placeholders `{person}`, `{subject}`, `{recipient}` and `{count}` as needed;
            also its msgid.
    """

    code: str
    verb: Verb
    sentence: str

    def __post_init__(self) -> None:
        if not CODE.match(self.code) or self.code.count(".") != 2:
            raise ValueError(f"an act is named app.subject.action, not {self.code!r}")


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, or an organisation's API key, or, with neither, the node itself.

    Only an organisation: an unknown person used its public form, or the person is omitted on purpose.

    Attributes:
        person: id of the person.
        organisation: id of the organisation for which they act.
        key: id of the API key that was used.
        session: id of the admin session that authorised the act, if it needed one.
    """

    person: UUID | None = None
    organisation: UUID | None = None
    key: UUID | None = None
    session: UUID | None = None

    @property
    def is_unnamed(self) -> bool:
        """Whether an organisation is named without a person: a reporter, a survivor, anybody using a public form."""
        return self.organisation is not None and self.person is None and self.key is None


NODE = Actor()
"""The node itself: a job that runs by the clock."""


@dataclass(frozen=True)
class Subject:
    """What the act was done to.

    Attributes:
        kind: the code of a kind of record (`person`, `scan`), in the singular; of a list, the kind of its records.
        id: the record; None for a list or a search.
        owner: id of the organisation to which the record belongs.
    """

    kind: str
    id: UUID | None = None
    owner: UUID | None = None

    def __post_init__(self) -> None:
        if not CODE.match(self.kind):
            raise ValueError(f"a kind of record is a code, not {self.kind!r}")


class Why(enum.StrEnum):
    """The reasons a person can choose from; `OTHER` requires words."""

    ASSESSMENT = "assessment"
    INVESTIGATION = "investigation"
    VICTIM_IDENTIFICATION = "victim_identification"
    LEGAL_ASSISTANCE = "legal_assistance"
    REMOVAL = "removal"
    LIST_QUALITY = "list_quality"
    OVERSIGHT = "oversight"
    DATA_SUBJECT = "data_subject"
    ADMINISTRATION = "administration"
    OWN_ACCOUNT = "own_account"
    RETENTION = "retention"
    OTHER = "other"


class Given(enum.StrEnum):
    """How a reason was given by a person: taken over from what role and place suggest, or chosen from all."""

    DEFAULT = "default"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class Reason:
    """Why it was done.

    Attributes:
        why: the code; part of the hashed entry.
        words: what the person typed; stored outside the hashed part (which holds a salted digest), so that it can be
            erased. At most 2,000 characters.
        given: how a person gave it; None where the node or a rule gave it. Recorded as the tag `reason`.
    """

    why: Why
    words: str = ""
    given: Given | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.why is Why.OTHER and not self.words.strip():
            raise ValueError("another reason has to be said in words")
        if len(self.words) > LONGEST_NOTE:
            raise ValueError(f"a reason has at most {LONGEST_NOTE} characters, not {len(self.words)}")


_ACTS: dict[str, Act] = {}


def register(acts: Iterable[Act]) -> None:
    """Register acts by their codes; each app does so when it is loaded.

    Raises:
        ValueError: two different acts share a code.
    """
    for act in acts:
        if _ACTS.setdefault(act.code, act) != act:
            raise ValueError(f"two acts are called {act.code}")


def acts() -> dict[str, Act]:
    """Return every registered act by its code."""
    return dict(_ACTS)
