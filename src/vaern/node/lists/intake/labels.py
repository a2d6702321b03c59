"""What a column of a table may hold, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.formats.csv_columns import TARGETS
from vaern.records import KINDS

HOLDS: dict[str, Any] = {
    "": _("Kept as text"),
    "ignore": _("Left out"),
    **{kind: kind.upper() for kind in KINDS},
    "address": _("Addresses"),
    "domain": _("Domains"),
    "keyword": _("Keywords, as digests"),
    "wallet": _("Wallets"),
    "value": _("A hash of any kind"),
    "kind": _("The kind of the hash"),
    "quality": _("Quality of the PDQ value"),
    "id": _("Id of the entry"),
    "classification": _("Class"),
    "scheme": _("Scheme"),
    "series": _("Series"),
    "source": _("Source"),
    "jurisdiction": _("Classified under the law of"),
    "basis": _("Legal basis"),
    "licence": _("Licence of use"),
    "victim_identified": _("Victim identified"),
    "offender_identified": _("Offender identified"),
    "distributed": _("Distributed"),
    "viewed_by": _("Viewed by"),
    "recalled": _("Withdrawn"),
    "updated": _("Changed by its source"),
    "ends": _("End date of an entry"),
}
"""What a person may choose; the rest of `csv_columns.TARGETS` is how this software writes tables itself."""

assert HOLDS.keys() - {"", "ignore"} <= TARGETS
