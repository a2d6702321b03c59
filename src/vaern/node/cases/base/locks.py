"""The checks before every change of a case: it is locked, is the viewer's own, and is the version that they saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.base.sealing import keyed, seal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import Case, Handover
from vaern.node.cases.rules import case as rules
from vaern.node.cases.rules.case import Event, State, Who
from vaern.node.cases.rules.handovers import NEVER_HANDED
from vaern.node.casework.releases import actions as releases

if TYPE_CHECKING:
    from django.db.models import Model

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.organisations.viewers import Viewer

SEALED = "case"
"""The purpose under which what people write of a case is sealed."""


def locked(viewer: Viewer, case: Case, event: Event, who: Who = Who.WORKER, version: int | None = None) -> Case:
    """Lock a case of the viewer's organisation for an event, and return it as it is now.

    Args:
        viewer: a person.
        case: which.
        event: what shall happen to it.
        who: as whom they act.
        version: of the case that they looked at; None where the change is an addition that cannot undo another's.

    Raises:
        Refusal: it is not theirs, was erased, or its state does not allow it. Stale: it is another version now.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    found = releases.locked(viewer, case)
    after(found, event, who)
    if version is not None:
        unchanged(found, version)
    return found


def unchanged(case: Case, version: int) -> None:
    """Refuse what was decided on another version of a locked case.

    Args:
        case: as it is now.
        version: of the case that they looked at.

    Raises:
        Stale: it is another version now.
    """
    if version != case.version:
        raise Stale(
            _(
                "Somebody else changed this case since you opened this page. What you typed is still here: "
                "look at what is there now, and save again if it still holds."
            )
        )


def lock_senders(case: Case) -> None:
    """Lock the cases from which a case was handed over, the farthest first, before the case itself is locked.

    Taking a case back locks the sender's first; so telling the sender something does, too, and neither
    waits for the other in a circle.
    """
    ids, at = [], [case]
    while at:
        came = Handover.of(arrived__in=[one for last in at for one in whole(last)])
        at = [one.case for one in came.select_related("case") if one.case is not None and one.case_id not in ids]
        ids += [one.pk for one in at]
    for pk in reversed(ids):
        Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()


def handed(delivery: Delivery) -> Handover:
    """Lock the hand-over of this node that a message of another node is about, and the cases before it; return it.

    Raises:
        Refusal: nothing was handed over there under that id.
    """
    sender, recipient = delivery.organisations
    rows = Handover.everywhere.filter(release=delivery.about, organisation=recipient, recipient=sender)
    one = rows.select_related("case").first()
    if one is None:
        raise Refusal(NEVER_HANDED)
    if one.case is not None:
        lock_senders(one.case)
        Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=one.case_id).first()
    found: Handover = rows.select_for_update(of=("self",)).select_related("release").get()
    return found


def after(case: Case, event: Event, who: Who) -> State:
    """Return the state after an event.

    Raises:
        StateRefusal: the state does not allow it.
    """
    return rules.after(State(case.state), event, who)


def changed(case: Case, **columns: Any) -> Case:
    """Save columns of a locked case, as a new version that somebody touched just now."""
    for name, value in columns.items():
        setattr(case, name, value)
    case.version += 1
    case.touched_at = timezone.now()
    case.save(update_fields=[*columns, "version", "touched_at"])
    return case


def touched(case: Case) -> None:
    """Note that somebody added something to a locked case; no new version, since an addition overwrites nothing."""
    case.touched_at = timezone.now()
    case.save(update_fields=["touched_at"])


def next_number(model: type[Model], case: Case) -> int:
    """Return the number of the next row of a locked case."""
    found = model.of(case=case).aggregate(last=Max("number"))["last"]  # type: ignore[attr-defined]
    return (found or 0) + 1


def sealed(text: str) -> bytes:
    """Return words of a case sealed."""
    return seal(text, SEALED)


def digest(text: str) -> bytes:
    """Return the keyed digest by which equal words of a case are found."""
    return keyed(text, SEALED)
