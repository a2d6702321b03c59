"""What came of an act: what happened and to whom, what comes next, and for a minute the way back.

    done=lambda made: Result(_("%(code)s is set aside.") % {…}, undo=Undo(reverse("reports:separate", args=[made.pk])))

An undo is a POST to the act that is the inverse, with the reason that role and place suggest: it is an entry of its own
in the ledger, refused by its own rules, and takes nothing back that has left the house. Only acts that have such an
inverse offer one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.messages.storage.base import Message
    from django.http import HttpRequest

    from vaern.node.web.items import Button

UNDO_FOR = timedelta(minutes=1)
"""How long a page offers to undo."""

SLIP = _("It was undone at once.")
"""The words that the inverse of an act is given where it asks for some: they stay with the record."""

MARK = "result:"


@dataclass(frozen=True)
class Undo:
    """The inverse of what was done.

    Attributes:
        url: takes the POST.
        fields: what is sent with it, beside the reason; a field of several values has a list.
    """

    url: str
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """What the form sends: a name and a value each."""
        lists = ((name, given if isinstance(given, list) else [given]) for name, given in self.fields.items())
        return [(name, str(one)) for name, given in lists for one in given]


@dataclass(frozen=True)
class Result:
    """What came of an act.

    Attributes:
        text: what happened, to whom, and what follows.
        undo: the way back, where there is one.
        then: what comes next, where that is for the same person.
    """

    text: object
    undo: Undo | None = None
    then: Button | None = None


def tell(request: HttpRequest, result: Result) -> None:
    """Say what came of an act on the page that follows."""
    told: dict[str, Any] = {}
    if result.undo:
        told["undo"] = {
            "url": result.undo.url,
            "inputs": result.undo.inputs,
            "until": (timezone.now() + UNDO_FOR).timestamp(),
        }
    if result.then:
        told["then"] = {**asdict(result.then), "label": str(result.then.label)}
    messages.success(request, str(result.text), extra_tags=f"{MARK}{json.dumps(told)}" if told else "")


def of_message(message: Message) -> dict[str, Any]:
    """Return what comes next and how to undo it, of a message that `tell` left; an undo only while it is offered."""
    tags = message.extra_tags or ""
    told: dict[str, Any] = json.loads(tags.removeprefix(MARK)) if tags.startswith(MARK) else {}
    if (undo := told.get("undo")) and undo["until"] <= timezone.now().timestamp():
        del told["undo"]
    return told
