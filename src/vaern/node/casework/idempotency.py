"""Idempotent requests: a request that is repeated because its response was lost finds what the first one made.

The client chooses a key (`Idempotency-Key`). Each record keeps that key, the SHA-256 of the request and its number
among the records of that request, so that an interrupted request resumes where it stopped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from django.db import models
from django.utils.translation import gettext as _
from ninja import Header

from vaern.node.base.refusals import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="Chosen by the caller; a request that is sent again with it makes nothing a second time.",
    ),
]
"""The parameter of an operation that makes records."""


class KeyReusedError(Refusal):
    """An idempotency key was reused for a different request."""


@dataclass(frozen=True)
class Repeatable:
    """A request that may be repeated.

    Attributes:
        key: chosen by the client.
        digest: SHA-256 of the body.
        line: number of the record among those that the request makes; 0 if it makes one.
    """

    key: str
    digest: bytes
    line: int = 0

    @classmethod
    def of(cls, key: str | None, body: bytes) -> Repeatable | None:
        """Return the request with this body; None without a key."""
        return cls(key, hashlib.sha256(body).digest()) if key else None

    def at(self, line: int) -> Repeatable:
        """Return the same request, for one of the records that it makes."""
        return replace(self, line=line)


class MadeByRequest(models.Model):
    """What a record keeps of the request that made it, if that had a key. Its table says for whom the key is unique."""

    idempotency_key = models.CharField(max_length=200, null=True)
    request_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        abstract = True


def kept(request: Repeatable | None) -> dict[str, Any]:
    """Return the fields of a record that this request makes."""
    return {"idempotency_key": request.key, "request_digest": request.digest} if request else {}


def made_before(rows: QuerySet[Any], request: Repeatable | None) -> Any:
    """Return the record, of those given, that an earlier sending of this request made, or None.

    Raises:
        KeyReusedError: a different request with that key made one.
    """
    found = rows.filter(idempotency_key=request.key).first() if request else None
    if request and found is not None and bytes(found.request_digest or b"") != request.digest:
        raise KeyReusedError(_("This Idempotency-Key came with another request before; choose a new one."))
    return found
