"""The pages on which a record leaves as a file: what is left out, then where it goes, then the file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from vaern.node.casework.workstations import presenters, queries
from vaern.node.casework.workstations.documents import document_of, held, label_of
from vaern.node.casework.workstations.forms import LeavingForm, WorkstationForm
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.documents import Goods
    from vaern.node.casework.workstations.queries import Destination
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer


def to_workstation(
    request: HttpRequest,
    record: Casework,
    goods: Goods,
    act: Act,
    about: Mapping[str, Any],
    *,
    check: Callable[[], object] | None = None,
) -> HttpResponse:
    """Show what a VICS document of a record leaves out, and send it once it is said where it goes.

    Args:
        request: of a page that declares who may.
        record: what the viewer may see.
        goods: what of it goes.
        act: how the ledger says that it left.
        about: what `decide` says of the record.
        check: raises a `Refusal` where it cannot leave at all.
    """
    viewer = viewer_of(request)

    def do(form: Any) -> StreamingHttpResponse:
        given = form.cleaned_data
        of_cases = given.get("shape") == "cases"
        document = document_of(record, goods, given["version"], given["country"], of_cases=of_cases)
        sent = queries.take_out(viewer, record, form.reason, act, goods, document, form.destination)
        return _file(viewer, record, sent, f"vaern-{record.KIND}-{record.pk}", "vics.json", "application/json")

    return decide(
        request,
        **about,
        title=_("Take %(record)s to a workstation") % {"record": record},
        submit=_("Download VICS"),
        text=_(
            "Hashes and metadata leave as VICS, and no file. What leaves cannot be recalled by this node, and is "
            "recorded as a disclosure."
        ),
        check=check,
        form=partial(WorkstationForm, goods=goods),
        shown=lambda: presenters.shown(viewer, record, goods),
        do=do,
        done=None,
    )


def to_table(
    request: HttpRequest,
    record: Casework,
    goods: Goods,
    about: Mapping[str, Any],
    *,
    name: str,
    text: str,
    take_out: Callable[[Reason, Destination], Iterable[bytes]],
    check: Callable[[], object] | None = None,
) -> HttpResponse:
    """Send a record as a table that has all of it, once it is said where it goes.

    Args:
        request: of a page that declares who may.
        record: what the viewer may see.
        goods: what of it goes.
        about: what `decide` says of the record.
        name: of the file, before its handling.
        text: what the file has.
        take_out: discloses the record, and gives the file in pieces.
        check: raises a `Refusal` where it cannot leave at all.
    """
    viewer = viewer_of(request)

    def do(form: Any) -> StreamingHttpResponse:
        sent = take_out(form.reason, form.destination)
        return _file(viewer, record, sent, name, "csv", "text/csv; charset=utf-8")

    return decide(
        request,
        **about,
        title=_("Download %(record)s as CSV") % {"record": record},
        submit=_("Download"),
        text=text,
        check=check,
        form=LeavingForm,
        shown=lambda: presenters.of_table(viewer, record, goods),
        do=do,
        done=None,
    )


def _file(
    viewer: Viewer, record: Casework, pieces: Iterable[bytes], stem: str, ending: str, content_type: str
) -> StreamingHttpResponse:
    """Answer with a file, whose name says how it has to be handled."""
    answer = StreamingHttpResponse(pieces, content_type=content_type)
    label = label_of(held(viewer, record)).replace("+", "-")
    made = ".synthetic" if getattr(record, "synthetic", False) else ""
    answer["Content-Disposition"] = f'attachment; filename="{stem}.tlp-{label}{made}.{ending}"'
    answer["Cache-Control"] = "no-store"
    return answer
