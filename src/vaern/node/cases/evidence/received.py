"""A bag that comes with a case that was handed over: verified, and kept byte for byte in the recipient's case."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from vaern.formats.bagit_holdings import Zip
from vaern.formats.bagit_write import TAG_MANIFEST, BagError
from vaern.formats.evidence_bag import STAMP, examine_held
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal
from vaern.node.cases.base.locks import next_number
from vaern.node.cases.evidence import acts, bags
from vaern.node.cases.models import Case, EvidenceBag, Handover
from vaern.node.cases.models.evidence import SEALED
from vaern.node.cases.rules import handovers as rules
from vaern.node.cases.rules.handovers import SENDS, WORKS, Answer
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.web.guard.packed import media_in_bag

if TYPE_CHECKING:
    from vaern.node.casework.models import Release
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

LARGEST = 24_000_000
"""Bytes of a bag that goes along, with what a zip needs: `bags.LARGEST` is of its files."""


class Bag(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `case.bag`; the bag itself is its file.

    Attributes:
        sha256: of the bag's tag manifest, which lists all that is in it.
    """

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


def send_bag(viewer: Viewer, reason: Reason, bag: EvidenceBag, release: Release) -> None:
    """Send a bag after the case that was handed over to another node."""
    send(
        BAG.name,
        Bag(sha256=bytes(bag.tag_digest).hex()),
        sender=viewer.organisation,
        recipient=release.recipient,
        about=release.pk,
        by=viewer.actor,
        reason=reason,
        terms=terms_of(release),
        file=bags.packed(bag),
    )


def take_bag(delivery: Delivery) -> None:
    """Keep the bag of a case that was handed over here.

    Raises:
        Refusal: nothing was handed over under that id, it has ended or has a bag, or this is no bag that holds.
    """
    sender, recipient = delivery.organisations
    rows = Handover.everywhere.select_for_update(of=("self",)).select_related("release", "arrived")
    one = rows.filter(release=delivery.about, organisation=sender, recipient=recipient).first()
    if one is None:
        raise Refusal(rules.NEVER_HANDED)
    if one.arrived is None or one.release.recalled_at is not None or one.answer not in {"", Answer.ACCEPTED.value}:
        raise Refusal(rules.ENDED)
    if EvidenceBag.everywhere.filter(case=one.arrived).exclude(name="").exists():
        raise Refusal(rules.BAG_TWICE)
    assert delivery.file is not None  # of its kind
    bag = keep(one.arrived, delivery.file, delivery.reason)
    if bytes(bag.tag_digest).hex() != delivery.body.sha256:
        raise Refusal(rules.BAD_BAG)


def keep(case: Case, raw: bytes, reason: Reason) -> EvidenceBag:
    """Keep a bag that came with a case, in the transaction in which it came.

    Only a bag that is whole, with chains that hold, and that is packed as bags are packed here: what is fetched of it
    is byte for byte what came, and nothing stands in it beside its files.

    Raises:
        Refusal: it is no such bag.
    """
    current = Case.everywhere.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    found = examine_held(Zip(io.BytesIO(raw), "bag.zip", len(raw)))
    if found.state != "valid" or not found.evidence:
        raise Refusal(rules.BAD_BAG)
    try:
        name, files = _unpacked(raw)
        stamp = files.pop(STAMP, b"")
        made = EvidenceBag(
            case=current,
            organisation_id=current.organisation_id,
            number=next_number(EvidenceBag, current),
            made_by=None,
            name=name,
            recipient_id=current.organisation_id,
            recipient_text=seal(current.organisation.name, SEALED),
            files=bags.sealed(files),
            tag_digest=hashlib.sha256(files[TAG_MANIFEST]).digest(),
            stamp=stamp,
        )
        if bags.packed(made) != raw:
            raise Refusal(rules.BAD_BAG)
    except (BagError, UnicodeDecodeError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Refusal(rules.BAD_BAG) from error
    made.save(force_insert=True)
    record(acts.BAG_CAME, current.subject, NODE, reason)
    return made


def _unpacked(raw: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the folder's name and the files in it; how much they may be was looked at before."""
    files: dict[str, bytes] = {}
    name = ""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for info in archive.infolist():
            name, _slash, path = info.filename.partition("/")
            files[path] = archive.read(info)
    return name[: EvidenceBag._meta.get_field("name").max_length], files


BAG = Kind(
    "case.bag",
    _("The evidence bag of a case"),
    {1: Bag},
    take=take_bag,
    senders=SENDS,
    recipients=WORKS,
    says=_("The register of evidence, with chains of custody and proofs, goes along with a case that is handed over."),
    brings=LARGEST,
    looks=media_in_bag,
)
