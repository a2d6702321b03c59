"""The page that takes a record to a workstation: what is left out, then where it goes, then the file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from vaern.node.casework.workstations import presenters, queries
from vaern.node.casework.workstations.documents import document_of, held, label_of
from vaern.node.casework.workstations.forms import WorkstationForm
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.documents import Goods
    from vaern.node.ledger.rules import Act


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
        sent = queries.take_out(
            viewer,
            record,
            form.reason,
            act,
            goods,
            document,
            given["to_whom"],
            outside=given["goes"] == "others",
            permission=given["permission"],
        )
        answer = StreamingHttpResponse(sent, content_type="application/json")
        label = label_of(held(viewer, record)).replace("+", "-")
        made = ".synthetic" if getattr(record, "synthetic", False) else ""
        name = f"vaern-{record.KIND}-{record.pk}.tlp-{label}{made}.vics.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        return answer

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
