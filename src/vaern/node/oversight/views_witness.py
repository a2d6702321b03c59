"""This node as a witness over HTTP, for the ledgers that it was told of: C2SP tlog-witness.

The signature of a known ledger is the key to this door. Of what is sent nothing is kept but origin, size and root, and
the signatures that hold, so that there is nothing for the guard of media to look at
(docs/reference/witnesses.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vaern.node.ledger.witnesses.cosigning import add_checkpoint, cosigned_checkpoint
from vaern.node.ledger.witnesses.exchanges import TYPE_OF_SIZE
from vaern.node.ledger.witnesses.registry import introduction
from vaern.node.ledger.witnesses.rules import CONFLICT, NOT_FOUND, Refused
from vaern.node.ledger.witnesses.submissions import LARGEST
from vaern.node.organisations.access import by_signature, public
from vaern.node.oversight.proofs import PLAIN
from vaern.node.web.intake import admit
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from django.http import HttpRequest


@csrf_exempt
@by_signature("another node's ledger comes with a checkpoint that it signed; what no known ledger signed is not kept")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Cosign a checkpoint that continues what was cosigned before, or say why not."""
    try:
        admit(request, LARGEST)
        return _plain(add_checkpoint(request.body))
    except Problem as problem:
        return _plain(f"{problem.detail}\n", problem.status)
    except Refused as refused:
        kind = TYPE_OF_SIZE if refused.status == CONFLICT else PLAIN
        return _plain(refused.text, refused.status, kind)


@public("what was cosigned is there to be compared by everybody")
@require_safe
def cosigned(_request: HttpRequest, origin: str) -> HttpResponse:
    """Answer with the checkpoint of a ledger that was cosigned last; the ledger is named by the hash of its origin."""
    note = cosigned_checkpoint(origin)
    return _plain("no checkpoint of this ledger was cosigned here\n", NOT_FOUND) if note is None else _plain(note)


@public("everybody may have this node for a witness, and check what it cosigned")
@require_safe
def lines(_request: HttpRequest) -> HttpResponse:
    """Answer with the lines of a policy by which others know this node's ledger and this node as a witness."""
    return _plain("".join(f"{line}\n" for line in introduction().policy_lines()))


def _plain(text: str, status: int = 200, kind: str = PLAIN) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    return response


WITNESS_URLS: list[URLPattern | URLResolver] = [
    path("ledger/policy", lines, name="policy-lines"),
    path("ledger/witness/add-checkpoint", add, name="add-checkpoint"),
    path("ledger/witness/<str:origin>/checkpoint", cosigned, name="cosigned-checkpoint"),
]
"""Included by `oversight.urls`."""
