"""The page on which somebody says once what the columns of a source's tables hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.formats.csv_columns import proposed
from vaern.formats.source import Source
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.intake import actions
from vaern.node.lists.intake.forms_mapping import LARGEST_SAMPLE, MOST_COLUMNS, MappingForm, SampleForm
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.lists import Holds, told
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide, reasoned
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

CARRIED = "sample"
"""The field in which the columns travel until they are said; no draft of a form keeps it."""

TEMPLATE = "lists/mapping.html"
Columns = list[tuple[str, str]]


@takes_up_to(2 * LARGEST_SAMPLE)
@requires(Permission.HASHLIST_WORK)
def mapping(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read the columns of a table, ask what each holds, and save that for every table of the list."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    title, posted = _("How tables for %(list)s are read") % {"list": found.title}, request.method == "POST"
    columns = _carried(request) if request.POST.get("do") == "save" else None
    if columns:
        return decide(
            request,
            **about_list(found),
            title=title,
            form=partial(MappingForm, columns, found),
            do=lambda form: actions.save_mapping(viewer, form.reason, found, form.mapping),
            done=_("It is saved: tables for this list are read so from now on. Send the file again."),
            template=TEMPLATE,
            more={"carried": _packed(columns)},
        )
    choose = SampleForm(request.POST if posted else None, request.FILES or None)
    chosen = choose.cleaned_data["file"] if posted and choose.is_valid() else None
    columns = _columns(chosen, told(Holds(found.holds))) if chosen else [*_saved(found)]
    if posted and not columns and choose.is_valid():
        choose.add_error("file", _("There is no row with columns in it. Choose a table with its header."))
    context = {
        **about_list(found),
        "title": title,
        "choose": choose,
        "form": reasoned(request, MappingForm(columns, found)) if columns else None,
        "carried": _packed(columns),
    }
    return render(request, TEMPLATE, context, status=422 if posted and not columns else 200)


def _columns(file: Any, kind: str) -> Columns:
    content = file.read(LARGEST_SAMPLE)
    found = proposed(Source.of(content, "sample"), kind) if content.strip() else []
    return [(one.name, one.role) for one in found[:MOST_COLUMNS] if one.name]


def _saved(hash_list: HashList) -> Columns:
    """The columns of the mapping that is saved, so that it can be changed without a table."""
    return [(name, role.partition(":")[0]) for name, role in hash_list.csv_mapping.get("columns", {}).items()]


def _packed(columns: Columns) -> str:
    return msgspec.json.encode(columns).decode()


def _carried(request: HttpRequest) -> Columns | None:
    """Return the columns that the page carried; None if they did not arrive whole."""
    try:
        found = msgspec.json.decode(request.POST.get(CARRIED, ""), type=list[tuple[str, str]])
    except msgspec.DecodeError:
        return None
    return found if len(found) <= MOST_COLUMNS else None
