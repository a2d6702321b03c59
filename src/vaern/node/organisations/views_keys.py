"""API keys of one's organisation: listed with their last use, made, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.ledger.rules import Subject
from vaern.node.organisations import account_actions, acts, labels, queries
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION, record_consultation
from vaern.node.organisations.forms import KeyForm
from vaern.node.organisations.keys import standing_permissions
from vaern.node.organisations.rules import BOUND_SCOPES, KEY_SCOPES, Permission
from vaern.node.web.components import Chip, Clock, Definitions, Empty, When
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.models import ApiKey
    from vaern.node.organisations.views import Request

MOST = 200


@requires(Permission.KEYS_MANAGE)
@require_safe
def keys(request: Request) -> HttpResponse:
    """Show the keys of the viewer's organisation, and record that they were shown."""
    rows = list(queries.api_keys(request.viewer)[:MOST])
    subject = Subject("api_key", None, request.viewer.organisation.id)
    record_consultation(request.viewer, acts.KEYS_LISTED, subject, len(rows))
    table = Table(
        caption=_("API keys"),
        columns=[
            Column(_("Name")),
            Column(_("Made by")),
            Column(pgettext("of a key", "May")),
            Column(_("Purpose of its look-ups")),
            Column(_("Last used")),
            Column(_("Ends")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[Row(_cells(row)) for row in rows],
        empty=Empty(_("No API key"), _("Programs of your organisation use the API with a key."), "", ""),
        id="keys",
    )
    may_make = bool(standing_permissions(account_actions.myself(request.viewer)) & KEY_SCOPES - BOUND_SCOPES)
    new = Button(_("New API key"), reverse("organisations:new-key"), primary=True)
    return list_page(request, title=_("API keys"), buttons=[new] if may_make else [], table=table)


def _cells(row: ApiKey) -> list[Any]:
    known = set(Permission)
    may = ", ".join(str(labels.PERMISSIONS[Permission(scope)]) if scope in known else scope for scope in row.scopes)
    ends: object
    if row.revoked_at:
        ends, button = Chip(_("Revoked"), "neutral"), ""
    elif not row.valid:
        ends, button = Chip(_("Ended"), "neutral"), ""
    else:
        url = reverse("organisations:revoke-key", args=[row.id])
        ends, button = Clock(row.expires_at), format_html('<a class="button" href="{}">{}</a>', url, _("Revoke"))
    return [row.name, row.created_by.name, may, row.purpose or "–", When(row.used_at, none=_("never")), ends, button]


@requires(Permission.KEYS_MANAGE, step_up=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: Request) -> HttpResponse:
    """Make a key and show it, once."""
    person = account_actions.myself(request.viewer)
    may = standing_permissions(person) - BOUND_SCOPES
    until = timezone.localdate() + timedelta(days=90)
    back = reverse("organisations:keys")
    if not may & KEY_SCOPES:
        return render(request, "organisations/no_key.html", status=422 if request.method == "POST" else 200)

    def do(form: Any) -> HttpResponse:
        given = {name: form.cleaned_data[name] for name in ("name", "scopes", "lasts")}
        given["purpose"] = form.cleaned_data.get("purpose", "")
        key, text = account_actions.make_api_key(request.viewer, ADMINISTRATION, **given)
        return render(request, "organisations/new_key.html", {"key": key, "text": text})

    return decide(
        request,
        title=_("New API key"),
        subject=None,
        crumbs=[(_("API keys"), back)],
        back=back,
        submit=_("Make the key"),
        form=partial(KeyForm, may=may, initial={"until": until.isoformat()}),
        do=do,
        done=None,
    )


@requires(Permission.KEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: Request, id: UUID) -> HttpResponse:
    """End a key."""
    row = or_404(queries.api_key(request.viewer, id))
    back = reverse("organisations:keys")
    return decide(
        request,
        title=_("Revoke the key?"),
        subject=Definitions([(_("Name"), row.name), (_("Made by"), row.created_by.name)]),
        crumbs=[(_("API keys"), back)],
        back=back,
        submit=_("Revoke"),
        danger=True,
        text=_("Programs that use it are refused from now on. This cannot be undone."),
        do=lambda _form: account_actions.revoke_api_key(request.viewer, ADMINISTRATION, row),
        done=_("The key %(name)s is revoked: programs that use it are refused. Make a new one for those that go on.")
        % {"name": row.name},
    )
