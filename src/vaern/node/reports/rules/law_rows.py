"""Shapes of the rows of law that desks act on: legal grounds, and versions of schemes. Pure; no Django."""

from __future__ import annotations

from typing import Any

import msgspec

from vaern.node.law.records import Basis, InForce, Words
from vaern.node.reports.rules import law_files  # noqa: TC001 - msgspec resolves it


class GroundRow(InForce, frozen=True, kw_only=True):
    """A provision that allows an action; `models.LegalGround` says what each field means."""

    code: str
    action: law_files.Actions
    country: str
    name: Words
    kinds: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of the row in all its versions."""
        return f"{self.country or '-'} {self.action} {self.code} {self.since.isoformat()}"

    @property
    def stands(self) -> bool:
        """Whether a row from a file counts without verification by a person of this node."""
        return self.synthetic or (self.basis is Basis.READ and self.read is not None)

    @staticmethod
    def of_file(one: law_files.Ground, *, synthetic: bool) -> GroundRow:
        """Return the row for an entry of a file."""
        return GroundRow(
            code=one.code,
            action=one.action,
            country=one.country,
            name=one.name,
            kinds=tuple(kind.value for kind in one.kinds),
            since=one.valid_from,
            until=one.valid_to,
            source=one.source,
            read=one.read,
            recalled=one.recalled,
            synthetic=synthetic,
            basis=Basis.READ if one.read or synthetic else Basis.RECALLED,
        )


class SchemeRow(InForce, frozen=True, kw_only=True):
    """One version of a classification scheme; `models.Scheme` says what each field means.

    A scheme from a file is offered whether read or recalled: it sorts what people see and allows nothing.
    """

    code: str
    version: str
    name: Words
    authority: str = ""
    country: str = ""
    values: tuple[law_files.Value, ...]
    questions: tuple[law_files.Question, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether a row from a file counts without verification: always, because a scheme allows nothing."""
        return True

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of `models.Scheme`, except its key."""
        plain = msgspec.json.decode(msgspec.json.encode({"values": self.values, "questions": self.questions}))
        return {
            **plain,
            "name": self.name,
            "authority": self.authority,
            "country": self.country,
            "valid_from": self.since,
            "valid_to": self.until,
            "source": self.source,
            "read_on": self.read,
            "retired_at": None,
        }

    @staticmethod
    def of_file(one: law_files.Scheme) -> SchemeRow:
        """Return the row for an entry of a file."""
        return SchemeRow(
            code=one.code,
            version=one.version,
            name=one.name,
            authority=one.authority,
            country=one.country,
            since=one.valid_from,
            until=one.valid_to,
            values=one.values,
            questions=one.questions,
            source=one.source,
            read=one.read,
            recalled=one.recalled,
            synthetic=one.synthetic,
            basis=Basis.READ if one.read or one.synthetic else Basis.RECALLED,
        )
