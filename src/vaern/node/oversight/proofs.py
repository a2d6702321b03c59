"""The proofs of the ledger over HTTP, for everybody: checkpoints and hashes, nothing of what the entries say.

A leaf's hash tells nothing: each entry has a random salt in it. Whoever holds an entry's proof (`vaern ledger prove`)
finds it here again, and whoever keeps a checkpoint can ask whether the ledger still begins with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe

from vaern.node.ledger.bundles import texts
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.proofs import NoProof, consistency_proof, inclusion_proof, position_of_hash, published_checkpoint
from vaern.node.ledger.witnesses.queries import cosigned
from vaern.node.organisations.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest

PLAIN = "text/plain; charset=utf-8"
HASH = re.compile("[0-9a-f]{64}")


@public("a checkpoint is there to be kept by everybody")
@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Answer with the newest checkpoint of before this hour, and its cosignatures (C2SP tlog-checkpoint)."""
    newest = published_checkpoint()
    if newest is None:
        return _nothing("the ledger has no entry from before this hour")
    return _fresh(HttpResponse(cosigned(newest), content_type=PLAIN))


@public("everybody may check the ledger's signature")
@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """Answer with the verifier key."""
    return HttpResponse(f"{verifier_key()}\n", content_type=PLAIN)


@public("hashes say nothing of what was done")
@require_safe
def consistency(_request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Answer with the proof that the ledger of the old size is the beginning of the one of the new size."""
    try:
        _within(old, new)
        return JsonResponse({"old": old, "new": new, "proof": texts(consistency_proof(old, new))})
    except NoProof as error:
        return _nothing(str(error))


@public("hashes say nothing of what was done")
@require_safe
def inclusion(_request: HttpRequest, leaf: str, size: int) -> HttpResponse:
    """Answer with the proof that a leaf, named by its position or by its hash, is in the ledger of a size."""
    try:
        _within(size)
        position = position_of_hash(bytes.fromhex(leaf)) if HASH.fullmatch(leaf) else int(leaf)
        _within(position)
        proof = texts(inclusion_proof(position, size))
    except NoProof as error:
        return _nothing(str(error))
    except ValueError:
        return _nothing("a leaf is named by its position or by the 64 digits of its hash")
    return JsonResponse({"position": position, "size": size, "proof": proof})


def _within(*numbers: int) -> None:
    """Refuse what is beyond the published checkpoint: it would tell what that does not."""
    newest = published_checkpoint()
    size = newest.size if newest else 0
    if max(numbers) > size:
        raise NoProof(f"the ledger had {size} entries when this hour began; later ones are published at the next")


def _nothing(text: str) -> HttpResponse:
    return _fresh(HttpResponse(f"{text}\n", status=404, content_type=PLAIN))


def _fresh(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


PROOF_URLS: list[URLPattern | URLResolver] = [
    path("ledger/checkpoint", checkpoint, name="checkpoint"),
    path("ledger/key", key, name="ledger-key"),
    path("ledger/consistency/<int:old>/<int:new>", consistency, name="consistency"),
    path("ledger/inclusion/<str:leaf>/<int:size>", inclusion, name="inclusion"),
]
"""Included by `oversight.urls`."""
