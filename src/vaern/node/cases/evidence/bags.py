"""Bags: an export of the register is made once, as it is then, and fetched as often as needed, with its time stamp."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats.bagit_write import TAG_MANIFEST, zipped
from vaern.formats.evidence_bag import STAMP
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import next_number
from vaern.node.cases.evidence import acts
from vaern.node.cases.evidence.bag_contents import files_of
from vaern.node.cases.models import Case, Evidence, EvidenceBag
from vaern.node.cases.models.evidence import SEALED
from vaern.node.cases.rules.evidence import Stamping
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import bounds, details_of, prospect, refusals
from vaern.node.casework.releases.transfers import written
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import Regime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.casework.releases.terms import Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

LARGEST = 20_000_000
"""Bytes of all files of a bag."""


@transaction.atomic
def make(
    viewer: Viewer, reason: Reason, case: Case, *, to_whom: str, terms: Terms, recipient: Organisation | None = None
) -> EvidenceBag:
    """Export the whole register of a case, and of those that it absorbed, as a bag: a disclosure.

    Where a time stamp service is configured, a job asks for the stamp afterwards; only a digest leaves.

    Raises:
        Refusal: there is no evidence, or nobody to whom it goes, or it is too large, or it came on terms that do
            not let it go to court.
    """
    current = releases.locked(viewer, case)
    to_whom = " ".join(to_whom.split()) or (recipient.name if recipient else "")
    if not to_whom:
        raise Refusal(_("Say to whom it goes."))
    to = [prospect(viewer.organisation, recipient)] if recipient else []
    for _field, words in refusals(terms, to, Regime(viewer.organisation.regime), bounds(current), for_court=True):
        raise Refusal(words)
    evidence = list(Evidence.of(case__in=whole(current)).order_by("case__opened_at", "number"))
    if not evidence:
        raise Refusal(_("The register is empty."))
    at = timezone.now().astimezone(UTC).replace(microsecond=0)
    files = files_of(current, evidence, at, to_whom, marking(terms))
    if sum(map(len, files.values())) > LARGEST:
        raise Refusal(_("The register is too large for one bag."))
    is_stamped = bool(settings.CONFIGURATION.timestamp_url)
    assert viewer.person is not None  # a person lets it leave, not a key
    made: EvidenceBag = EvidenceBag.everywhere.create(
        case=current,
        organisation_id=current.organisation_id,
        number=next_number(EvidenceBag, current),
        made_at=at,
        made_by=viewer.person,
        recipient=recipient,
        recipient_text=seal(to_whom, SEALED),
        files=sealed(files),
        tag_digest=hashlib.sha256(files[TAG_MANIFEST]).digest(),
        stamping=(Stamping.WAITING if is_stamped else Stamping.NONE).value,
        next_try_at=at if is_stamped else None,
    )
    left = details_of(to[0].ground(terms) if to else terms.transfer, terms.legal_ground, terms.permission)
    record(
        acts.BAG_MADE,
        current.subject,
        viewer.actor,
        reason,
        recipient=recipient.pk if recipient else None,
        count=len(evidence),
        details="; ".join(filter(None, (to_whom, left))),
    )
    return made


def marking(terms: Terms) -> str:
    """Return how a bag says that it has to be handled: `amber`, or `amber; Europol H1+H3: words`."""
    if not terms.europol:
        return terms.handling.value
    words = f": {terms.restriction.strip()}" if terms.restriction.strip() else ""
    return f"{terms.handling.value}; Europol {written(terms.europol, always=True)}{words}"


@transaction.atomic
def fetch(viewer: Viewer, reason: Reason, bag: EvidenceBag) -> bytes:
    """Return the bag as a zip, with its time stamp if it has one; the same bytes each time. A disclosure again."""
    details = unseal(bag.recipient_text, SEALED)
    record(acts.BAG_FETCHED, bag.case.subject, viewer.actor, reason, recipient=bag.recipient_id, details=details)
    return packed(bag)


def packed(bag: EvidenceBag) -> bytes:
    """Return the zip of a bag."""
    files = {path: content.encode() for path, content in json.loads(unseal(bag.files, SEALED)).items()}
    if bag.stamp:
        files[STAMP] = bytes(bag.stamp)
    return zipped(name_of(bag), files)


def name_of(bag: EvidenceBag) -> str:
    """Return the name of its folder: the case's code and the bag's number, which say nothing; as it came if it did."""
    return bag.name or f"evidence-{bag.case.code}-{bag.number}"


def tag_manifest(bag: EvidenceBag) -> bytes:
    """Return what is stamped."""
    content: str = json.loads(unseal(bag.files, SEALED))[TAG_MANIFEST]
    return content.encode()


def sealed(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a bag as the database keeps them."""
    return seal(json.dumps({path: content.decode() for path, content in files.items()}), SEALED)
