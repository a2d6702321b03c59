"""What the front page says of drafts: what this person typed and has not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.casework.drafts import store
from vaern.node.ledger.rules import Subject
from vaern.node.web.items import MINE, Button, Item

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return an item for each page that has a draft of the viewer's, named by the record that it is about."""
    found = store.pages(viewer.person.pk) if viewer.person else {}
    subjects = {page: subject for page in found if (subject := _subject(page))}
    names = kinds.called(subjects.values())
    what = _("What you typed here is kept, and not saved. It is erased then.")
    return [
        Item(
            name=(names.get(subjects[page].id) if page in subjects else None) or _("A form"),  # type: ignore[arg-type]
            what=what,
            button=Button(_("Go on"), page),
            about=f"draft{page}",
            tone="info",
            due_at=ends_at,
            whose=MINE,
        )
        for page, ends_at in found.items()
    ]


def _subject(page: str) -> Subject | None:
    """Return the record that a page is about, where its address names one of a kind of casework."""
    try:
        match = resolve(page)
    except Resolver404:
        return None
    id = match.kwargs.get("id")
    kind = next((one for one in kinds.kinds().values() if one.namespace == match.app_name), None)
    return Subject(kind.kind, id) if kind and isinstance(id, UUID) else None
