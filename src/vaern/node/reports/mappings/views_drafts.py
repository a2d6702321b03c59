"""Pages for drafting a mapping, as text or by choices, and trying it on a sample before saving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.formats.mapping import faults_of, written
from vaern.formats.mapping_draft import SLOTS, choices_of
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.intake import door, mapped
from vaern.node.reports.mappings import actions, labels, presenters, queries, samples
from vaern.node.reports.mappings.forms import KeepForm, TextForm, said
from vaern.node.reports.mappings.samples import FIELD, FILE
from vaern.node.reports.mappings.views import at, own_or_404
from vaern.node.reports.rules import mapping_drafts
from vaern.node.web.intake import looks_into
from vaern.node.web.lists import number as whole
from vaern.node.web.problems import Problem
from vaern.node.web.versions import given_version

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, QueryDict

    from vaern.formats.mapping import Mapping
    from vaern.formats.trees import Shape
    from vaern.node.reports.models import SavedMapping, SavedMappingVersion
    from vaern.node.reports.rules.mapping_drafts import Draft

DRAFT = "reports/mappings/draft.html"


@looks_into(door.first_look)
@requires(Permission.DESK_MANAGE)
def text(request: HttpRequest, id: UUID | None = None) -> HttpResponse:
    """Write or upload a mapping, try it on a sample, and save it as a new one or as the next version."""
    saved, version = _changed(request, id)
    if request.method != "POST":
        initial = {**_initial(saved, version), "content": version.content if version else ""}
        return _text_page(request, TextForm(initial=initial), saved)
    trying = request.POST.get("do") != "save"
    data, error = _arrived(request)
    refusal: Refusal | None = None
    form = TextForm(data, trying=trying, initial=_initial(saved, version))
    is_valid = form.is_valid()
    if error:
        form.add_error(FILE, error)
    elif is_valid and not trying and form.mapping:
        try:
            return HttpResponseRedirect(at(_keep(request, form, saved, form.mapping)))
        except Refusal as why:
            refusal = why
    preview = None
    sample = _bytes(data)
    if sample and form.mapping and not error:
        preview, error = _tried(form.mapping, sample, _number(data))
        if error:
            form.add_error(FILE, error)
    return _text_page(request, form, saved, preview, data, refusal)


def _text_page(
    request: HttpRequest,
    form: TextForm,
    saved: SavedMapping | None,
    preview: dict[str, Any] | None = None,
    data: QueryDict | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    status = _say(form, refusal)
    context = {
        "form": form,
        "saved": saved,
        "preview": preview,
        "sample": data.get(FIELD, "") if data else "",
        "back": at(saved) if saved else "",
        "version": _version(request, saved, refusal),
    }
    return render(request, "reports/mappings/text.html", context, status=status)


@looks_into(door.first_look)
@requires(Permission.DESK_MANAGE)
def draft(request: HttpRequest, id: UUID | None = None) -> HttpResponse:
    """Map each path of a sample by choices, try the mapping, and save it or continue as text."""
    saved, version = _changed(request, id)
    base = choices_of(mapped.content_of(version)) if version else None
    context: dict[str, Any] = {"saved": saved, "back": at(saved) if saved else "", "shapes": labels.SHAPES.items()}
    context["version"] = _version(request, saved)
    if version is not None and base is None:
        return render(request, DRAFT, {**context, "too_much": True})
    if request.method != "POST":
        return render(request, DRAFT, context)
    data, error = _arrived(request)
    sample = _bytes(data)
    if sample:
        shape = _shape(request, data, sample, version)
        try:
            sample = samples.without_media(sample, shape)
        except Problem as problem:
            sample, error = b"", problem.detail
    if not sample:
        return render(request, DRAFT, {**context, "error": error or _("Choose a sample document.")}, status=422)
    data[FIELD] = samples.carried(sample)
    made = mapping_drafts.drafted(sample, shape, data, base)
    initial = _initial(saved, version)
    if data.get("do") == "text":
        form = TextForm(initial={**initial, "content": written(made.mapping).decode()})
        return _text_page(request, form, saved, data=data)
    problems = _problems(made)
    refusal: Refusal | None = None
    keep = KeepForm(data if data.get("do") == "save" else None, initial=initial)
    is_valid = keep.is_valid()
    if keep.is_bound and problems:
        keep.add_error(None, _("Mend what is said below, then keep it."))
    elif is_valid:
        try:
            return HttpResponseRedirect(at(_keep(request, keep, saved, made.mapping)))
        except Refusal as why:
            refusal = why
    status = _say(keep, refusal)
    context |= {
        "form": keep,
        "version": _version(request, saved, refusal),
        "problems": problems,
        "sample": data[FIELD],
        **_draft_context(made),
        "preview": _tried(made.mapping, sample, _number(data))[0] if not list(faults_of(made.mapping)) else None,
    }
    return render(request, DRAFT, context, status=422 if problems else status)


def _problems(made: Draft) -> list[str]:
    """Return why what was chosen cannot be kept."""
    found = [said(fault) for fault in (*made.sample.faults, *made.faults, *faults_of(made.mapping))]
    no_zone = _("%(place)s: this is no zone as Europe/Copenhagen or +01:00")
    return [*found, *(no_zone % {"place": one} for one in mapping_drafts.odd_zones(made))]


def _draft_context(made: Draft) -> dict[str, Any]:
    return {
        "draft": made,
        "targets": labels.targets(made.slots),
        "slots": [(code, labels.slot(code), code in made.slots) for code in SLOTS if code != "report"],
        "starts": [(code, labels.slot(code), given, found) for code, given, found in made.starts],
        "rows": [(row, _words(row)) for row in made.rows],
        "forms": labels.FORMS.items(),
    }


def _words(row: mapping_drafts.Row) -> list[tuple[str, str]]:
    slot, _sign, to = row.chosen.partition(":")
    return labels.words(to, labels.kind_of(slot, to)) if row.words else []


def _changed(request: HttpRequest, id: UUID | None) -> tuple[SavedMapping | None, SavedMappingVersion | None]:
    if id is None:
        return None, None
    saved = own_or_404(request, id)
    return saved, queries.version(viewer_of(request), id, saved.in_use)


def _initial(saved: SavedMapping | None, version: SavedMappingVersion | None) -> dict[str, str]:
    given = {"why": "administration"}
    if saved is not None and version is not None:
        given |= {"name": saved.name, "system": saved.system}
    return given


def _arrived(request: HttpRequest) -> tuple[QueryDict, str]:
    """Return what a page sent, with the files that were chosen in the place of what it carried; and what is wrong."""
    data = request.POST.copy()
    if (upload := request.FILES.get("file")) is not None:
        data["content"] = upload.read().decode("utf-8", "replace")
    try:
        data[FIELD] = samples.carried(samples.arrived(request))
    except Refusal as error:
        data[FIELD] = ""
        return data, str(error)
    return data, ""


def _bytes(data: QueryDict) -> bytes:
    return samples.decoded(data.get(FIELD, ""))


def _shape(request: HttpRequest, data: QueryDict, sample: bytes, version: SavedMappingVersion | None) -> Shape:
    shape = data.get("shape", "")
    if shape in labels.SHAPES:
        return shape  # type: ignore[return-value] # one of them
    if version is not None:
        return version.shape  # type: ignore[return-value] # as above
    upload = request.FILES.get(FILE)
    return samples.shape_of(sample, str(upload.name) if upload else "")


def _number(data: QueryDict) -> int:
    return whole(data.get("number"), 1, most=99_999)


def _tried(mapping: Mapping, sample: bytes, number: int) -> tuple[dict[str, Any] | None, str]:
    """Return what a sample becomes by a mapping, or why it cannot be looked at."""
    try:
        return presenters.preview(mapped.read(mapping, sample), number), ""
    except Problem as problem:
        return None, problem.detail


def _keep(request: HttpRequest, form: KeepForm, saved: SavedMapping | None, mapping: Mapping) -> SavedMapping:
    """Keep a mapping, as a new one or as the next version.

    Raises:
        Refusal: why not.
    """
    viewer, given = viewer_of(request), form.given(mapping)
    if saved is None:
        saved = actions.make(viewer, form.reason, given)
    else:
        actions.change(viewer, form.reason, saved, given, _version(request, saved))
    messages.success(request, _("Kept, and recorded."))
    return saved


def _say(form: KeepForm, refusal: Refusal | None) -> int:
    """Say at a form what was refused, and return the status of its page."""
    if refusal is not None:
        form.add_error(refusal.field or None, str(refusal))
    return 409 if refusal and refusal.conflict else 422 if form.errors else 200


def _version(request: HttpRequest, saved: SavedMapping | None, refusal: Refusal | None = None) -> str:
    """Return what the page carries of the mapping that it changes; after a `Stale` that of now."""
    if saved is None:
        return ""
    now = actions.mark(saved)
    return now if isinstance(refusal, Stale) else given_version(request, now)
