"""Limits on mappings, and the retention of their uses. Pure; no Django."""

from __future__ import annotations

from datetime import timedelta

MOST_MAPPINGS = 200
"""Mappings of one organisation, those that were retired included."""

MOST_VERSIONS = 500
"""Versions of one mapping."""

USES_KEPT_FOR = timedelta(days=400)
"""How long it is kept that a document was read by a version: a year can be compared with the last."""

LARGEST_SAMPLE = 200_000
"""Bytes of a sample: one or two reports. It travels with the page on which it is tried, and is kept nowhere."""

MOST_DOCUMENTS = 20
"""Documents that are brought in at once."""
