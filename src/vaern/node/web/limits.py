"""Rate limits: a token bucket per key, one row in PostgreSQL.

A single statement takes and refills, so that several processes share a bucket without further locking.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vaern.node.base.sql import run

if TYPE_CHECKING:
    from uuid import UUID

RATE = 20.0
"""Requests a second that a key may make in the long run."""

BURST = 200.0
"""Requests that it may make at once after a pause."""

_NOW = """
    CASE WHEN bucket.at > clock_timestamp() THEN greatest(bucket."left", 1)
    ELSE least(%(burst)s, bucket."left" + %(rate)s * extract(epoch FROM clock_timestamp() - bucket.at)) END
"""
"""What the bucket holds now. Where the clock was set back nobody knows how long ago the row's time was: one request is
let in, which gives the row today's time, and from there the bucket fills as ever."""

_TAKE = f"""
    WITH lightly AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO web_allowance AS bucket (key, "left", at)
        SELECT %(key)s, %(burst)s - 1, clock_timestamp() FROM lightly
    ON CONFLICT (key) DO UPDATE SET "left" = {_NOW} - 1, at = clock_timestamp() WHERE {_NOW} >= 1
    RETURNING "left"
"""
"""A transaction of its own, and not waited for on the disk: losing a count in a crash gives a request more."""


def take(key: UUID, rate: float = RATE, burst: float = BURST) -> int:
    """Take one token from a key's bucket; return 0, or the Retry-After in whole seconds.

    Args:
        key: whose bucket.
        rate: refill in requests per second.
        burst: capacity.
    """
    if run(_TAKE, {"key": key, "rate": rate, "burst": burst}):
        return 0
    return max(1, math.ceil(1 / rate))
