"""Which series of this node share files with copies of other nodes' series, that the cross-check does not know.

A copy is not in its registry: whoever met it there would be told to ask an organisation that has nobody here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.sql import run
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.victims.models import Series

_COPIES = """
    SELECT id FROM organisations_organisation o
    WHERE node <> '' AND EXISTS (SELECT FROM victims_series s WHERE s.organisation_id = o.id)
"""
_OURS = "SELECT id FROM organisations_organisation WHERE node = ''"

_SHARED = " UNION ".join(
    (
        *(
            f"SELECT other.series_id, '{kind}' FROM victims_member own JOIN victims_member other "
            f"ON other.organisation_id = ANY(%(owners)s) AND other.{kind} = own.{kind} "
            f"WHERE own.series_id = %(series)s AND own.{kind} IS NOT NULL"
            for kind in sorted(DIGEST_KINDS)
        ),
        (
            "SELECT there.series_id, 'pdq' FROM victims_member own "
            "JOIN victims_nearvalue value ON value.member_id = own.id AND value.kind = 'pdq' "
            "JOIN victims_nearvalue other ON other.organisation_id = ANY(%(owners)s) AND other.kind = 'pdq' "
            "AND other.value = value.value JOIN victims_member there ON there.id = other.member_id "
            "WHERE own.series_id = %(series)s"
        ),
    )
)


def shared_across(series: Series) -> dict[UUID, list[str]]:
    """Return the kinds of the keys that a series of this node shares with copies, or a copy with series of this node.

    Copies are not compared with each other: what two other nodes have in common they find out without us.
    """
    owners = [id for (id,) in run(_OURS if series.is_copy else _COPIES, [])]
    found: dict[UUID, list[str]] = {}
    if owners:
        for id, kind in run(_SHARED, {"owners": owners, "series": series.pk}):
            found.setdefault(id, []).append(kind)
    return found
