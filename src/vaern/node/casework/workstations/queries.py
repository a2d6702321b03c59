"""A record leaves, as VICS or as a table: recorded as a disclosure, then written while it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.formats.left import Left
from vaern.formats.vics_write import write
from vaern.node.base.refusals import Refusal
from vaern.node.casework.workstations.documents import held, marking
from vaern.node.ledger.record import record as record_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.formats.vics_write import Document
    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.documents import Goods
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer


class Destination(NamedTuple):
    """Where a record goes.

    Attributes:
        to_whom: in words, kept beside those of the reason.
        outside: it goes to somebody outside the viewer's organisation.
        permission: who permitted that, needed where it came on such a term.
    """

    to_whom: str
    outside: bool = False
    permission: str = ""


@transaction.atomic
def take_out(
    viewer: Viewer, record: Casework, reason: Reason, act: Act, goods: Goods, document: Document, to: Destination
) -> Iterator[bytes]:
    """Return a record as a VICS document in pieces; recorded as a disclosure before the first of them leaves.

    Args:
        viewer: who takes it out.
        record: what they may see.
        reason: why.
        act: how the ledger says it.
        goods: what of the record goes.
        document: as what.
        to: where it goes.

    Raises:
        Refusal: it must not leave the organisation, or its source has to be asked first.
    """
    disclose(viewer, record, reason, act, goods, f"VICS {document.version}", to)
    left = Left()
    return write(goods.entries(document, left), document, left)


def disclose(
    viewer: Viewer, record: Casework, reason: Reason, act: Act, goods: Goods, what: str, to: Destination
) -> None:
    """Record that a record leaves, as a file of some format; part of the transaction of whoever writes it.

    Raises:
        Refusal: it must not leave the organisation, or its source has to be asked first.
    """
    outside, permission = to.outside, to.permission.strip()
    if outside and goods.stays:
        raise Refusal(goods.stays, field="goes")
    bound = held(viewer, record)
    if bound.asks(passed_on=outside, for_court=False) and not permission:
        raise Refusal(
            _("It came on the term that its source is asked first: say who permitted it, and when."),
            field="permission",
        )
    mark = marking(bound, synthetic=getattr(record, "synthetic", False))
    said = [f"{what}: {to.to_whom}", mark, permission]
    record_entry(act, record.subject, viewer.actor, reason, count=goods.total, details="; ".join(filter(None, said)))
