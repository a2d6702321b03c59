"""The kinds of record of casework: how they are called, where their page is, who may open it, what a recall entails.

    register(
        "report", _("Report"), "reports:report", Permission.REPORT_VIEW, codes,
        acknowledged_by=Permission.REPORT_ASSESS,
        copies=Copies(Report, "forwarded_by__release", Permission.REPORT_ASSESS, acts.COPY_KEPT),
    )

An app makes its kinds known in its `ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.casework.models import Casework
    from vaern.node.ledger.rules import Act, Subject
    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Copies:
    """What is passed on of a kind of record becomes a record of the recipient's own, which it keeps or erases.

    Attributes:
        model: of the copy, which may be another than that of what was released.
        came_by: the path by which a query finds the release from the copy.
        decided_by: what somebody needs who keeps the copy or erases it, once its release was recalled.
        kept: what the ledger says when it was kept.
    """

    model: type[Casework]
    came_by: str
    decided_by: Permission
    kept: Act


@dataclass(frozen=True)
class RecordKind:
    """A kind of record of casework.

    Attributes:
        kind: the model's `KIND`.
        label: one of them, as people call it.
        route: of its page, with `id` for an argument.
        permission: what its page asks for.
        codes: from ids of the viewer's organisation's own records to how people call them; what is gone is left out.
        acknowledged_by: what somebody needs who acknowledges, for the recipient, that one was recalled.
        copies: how a recipient's copy is found and dealt with; None where a release gives sight of the record itself.
    """

    kind: str
    label: object
    route: str
    permission: Permission
    codes: Callable[[Iterable[UUID]], Mapping[UUID, str]]
    acknowledged_by: Permission
    copies: Copies | None = None

    @property
    def namespace(self) -> str:
        """The namespace of its app's addresses."""
        return self.route.partition(":")[0]

    def url(self, subject: Subject) -> str:
        """Return the address of a record's page."""
        return reverse(self.route, kwargs={"id": subject.id})


_KINDS: dict[str, RecordKind] = {}


def register(
    kind: str,
    label: object,
    route: str,
    permission: Permission,
    codes: Callable[[Iterable[UUID]], Mapping[UUID, str]],
    *,
    acknowledged_by: Permission,
    copies: Copies | None = None,
) -> None:
    """Make a kind of record known; arguments as of `RecordKind`.

    Raises:
        ValueError: it is known in another way.
    """
    given = RecordKind(kind, label, route, permission, codes, acknowledged_by, copies)
    if _KINDS.setdefault(kind, given).route != route:
        raise ValueError(f"two kinds of record are called {kind}")


def kinds() -> dict[str, RecordKind]:
    """Return every kind that was made known."""
    return dict(_KINDS)


def open_to(viewer: Viewer) -> dict[str, RecordKind]:
    """Return the kinds whose pages somebody may open."""
    return {kind: found for kind, found in _KINDS.items() if viewer.may(found.permission)}


def kind_of(subject: Subject) -> RecordKind | None:
    """Return what is known of a record's kind."""
    return _KINDS.get(subject.kind)


def url_for(viewer: Viewer, subject: Subject) -> str:
    """Return the address of a record's page, or "" for somebody who may not open pages of its kind."""
    found = kind_of(subject)
    return found.url(subject) if found and viewer.may(found.permission) else ""


def gone(subject: Subject) -> str:
    """Return how a record is called that was erased: its kind."""
    found = kind_of(subject)
    return _("%(kind)s, erased") % {"kind": found.label if found else subject.kind}


def called(subjects: Iterable[Subject]) -> dict[UUID, str]:
    """Return how people call records, by id: kind and code; of kinds that nobody made known, nothing."""
    by_kind: dict[str, list[UUID]] = {}
    for subject in subjects:
        if subject.id is not None:
            by_kind.setdefault(subject.kind, []).append(subject.id)
    return {
        id: f"{_KINDS[kind].label} {code}"
        for kind, ids in by_kind.items()
        if kind in _KINDS
        for id, code in _KINDS[kind].codes(ids).items()
    }


NamesOf = Callable[[Collection[UUID]], Mapping[UUID, str]]
_RECIPIENTS: list[NamesOf] = []


def register_recipients(names: NamesOf) -> None:
    """Let an app name those to whom it discloses that are no organisations: from their ids to their names."""
    if names not in _RECIPIENTS:
        _RECIPIENTS.append(names)


def recipients(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of recipients that are no organisations; of others nothing."""
    found: dict[UUID, str] = {}
    for names in _RECIPIENTS if ids else ():
        found.update(names(ids))
    return found
