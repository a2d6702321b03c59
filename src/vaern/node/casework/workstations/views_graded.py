"""The page that takes graded VICS back: every fault with its place, what it says by category, and then the taking."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.node.casework.workstations import graded as documents
from vaern.node.casework.workstations.forms import GradedForm
from vaern.node.casework.workstations.graded import Graded
from vaern.node.casework.workstations.presenters import faults
from vaern.node.web.decisions import decide, reasoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

    from vaern.node.web.tables import Table
    from vaern.records import Entry

CARRIED = "sample"
"""The field in which a document that was read travels until it is taken; no draft of a form keeps it."""

TEMPLATE = "casework/graded.html"


def bring_back(
    request: HttpRequest,
    about: Mapping[str, Any],
    *,
    text: object,
    resolve: Callable[[Sequence[Entry]], Sequence[Iterable[str]]],
    difference: Callable[[Graded], Table],
    form: Callable[..., BaseForm],
    take: Callable[[Any, Graded], object],
    done: Callable[[Any], str],
) -> HttpResponse:
    """Read a graded document against a record, show its faults and the difference, and take it.

    Args:
        request: of a page that declares who may.
        about: what `decide` says of the record.
        text: what becomes of a grade.
        resolve: given media, the keys of what each is of the record.
        difference: what the document would change, by category.
        form: asks what is left to say; given the document, and what was filled in.
        take: takes it, given the form and the document.
        done: what happened.
    """
    title = _("Bring in graded VICS")
    if request.POST.get("do") == "take" and (carried := _carried(request)) is not None:
        return decide(
            request,
            **about,
            title=title,
            text=text,
            form=partial(form, carried),
            do=lambda filled: take(filled, carried),
            done=done,
            template=TEMPLATE,
            more=_shown(carried, difference),
        )
    posted = request.method == "POST"
    choose = GradedForm(request.POST if posted else None, request.FILES or None)
    graded = None
    if posted and choose.is_valid():
        graded = documents.read(choose.cleaned_data["file"].read(), resolve)
    usable = graded is not None and any(one.grades for one in graded.categories)
    context = {
        **about,
        "title": title,
        "text": text,
        "choose": choose,
        "form": reasoned(request, form(graded)) if usable else None,
        **(_shown(graded, difference) if graded else {}),
    }
    return render(request, TEMPLATE, context, status=422 if posted and not usable else 200)


def _shown(graded: Graded, difference: Callable[[Graded], Table]) -> dict[str, Any]:
    return {
        "read": True,
        "faults": faults(graded) if graded.faults else None,
        "more_faults": graded.faults - len(graded.problems),
        "unknown": graded.unknown,
        "examiner": graded.examiner,
        "difference": difference(graded) if graded.media else None,
        "carried": msgspec.json.encode(graded).decode(),
    }


def _carried(request: HttpRequest) -> Graded | None:
    """Return the document that the page carried; None if it did not arrive whole."""
    try:
        graded = msgspec.json.decode(request.POST.get(CARRIED, ""), type=Graded)
    except msgspec.DecodeError:
        return None
    whole = len(graded.media) <= documents.MOST_MEDIA
    return graded if whole and all(0 <= at < len(graded.categories) for _key, at in graded.media) else None
