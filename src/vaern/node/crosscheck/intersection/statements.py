"""The digests of an organisation's keys that can be compared between nodes, as arrays: a million are one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.node.base.sql import run
from vaern.node.crosscheck.rules.intersection import MOST_ASKED, MOST_HELD
from vaern.node.crosscheck.rules.registry import BETWEEN_NODES, State

if TYPE_CHECKING:
    from uuid import UUID

    from numpy.typing import NDArray

_HELD = """
    SELECT string_agg(digest, ''::bytea ORDER BY digest) FROM (
        SELECT DISTINCT digest FROM crosscheck_enrolled
        WHERE organisation_id = %s AND kind = ANY(%s) ORDER BY digest LIMIT %s
    ) held
"""

_OPEN = """
    SELECT string_agg(digest, ''::bytea ORDER BY newest DESC, digest) FROM (
        SELECT k.digest, max(k.id) AS newest
        FROM crosscheck_enrolled k JOIN crosscheck_enrolment e ON e.id = k.enrolment_id
        WHERE k.organisation_id = %s AND k.kind = ANY(%s) AND e.state = %s GROUP BY k.digest
        ORDER BY newest DESC, k.digest LIMIT %s
    ) open
"""

_RECORDS = """
    SELECT DISTINCT e.id FROM crosscheck_enrolled k JOIN crosscheck_enrolment e ON e.id = k.enrolment_id
    WHERE k.organisation_id = %s AND k.digest = ANY(%s) ORDER BY e.id DESC LIMIT %s
"""


def held_by(organisation: UUID) -> NDArray[Any]:
    """Return the digests of what an organisation holds, in order: `S32`, at most `MOST_HELD`."""
    return _array(run(_HELD, [organisation, sorted(BETWEEN_NODES), MOST_HELD]))


def to_ask(organisation: UUID, asked: NDArray[Any]) -> NDArray[Any]:
    """Return the digests of open work, the newest first, without those asked about already: at most `MOST_ASKED`."""
    wanted = MOST_ASKED + len(asked)
    found = _array(run(_OPEN, [organisation, sorted(BETWEEN_NODES), State.OPEN.value, wanted]))
    return found[~np.isin(found, asked)][:MOST_ASKED]


def records_with(organisation: UUID, digests: NDArray[Any], most: int) -> list[int]:
    """Return the enrolments of an organisation in which any of some digests stands, the latest first."""
    each = [digests[n : n + 1].tobytes() for n in range(len(digests))]
    return [id for (id,) in run(_RECORDS, [organisation, each, most])]


def _array(found: list[Any]) -> NDArray[Any]:
    return np.frombuffer(bytes(found[0][0] or b""), "S32")
