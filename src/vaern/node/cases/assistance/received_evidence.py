"""What came from abroad, in the evidence register of the case by itself: its source, its request, its limits.

It may be the central authority that records the arrival. It never sees the case; its person stands in the chain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec.structs import replace

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.base.locks import next_number, touched
from vaern.node.cases.evidence import acts, chain
from vaern.node.cases.evidence.facts import Facts, opened, sealed
from vaern.node.cases.models import Case, Evidence
from vaern.node.cases.rules.evidence import Event, Kind, digests_in
from vaern.node.law.labels import said

if TYPE_CHECKING:
    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


def lock_case(request: AssistanceRequest) -> Case:
    """Lock the case of a request, before the request: what ends a case locks them in this order, too."""
    rows = Case.everywhere.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=request.case_id)  # type: ignore[no-any-return]


def register(viewer: Viewer, reason: Reason, request: AssistanceRequest, case: Case, words: str) -> Evidence:
    """Enter what came into the register of the locked case; part of the caller's transaction.

    Args:
        viewer: of the desk, or of the authority.
        reason: why.
        request: to which it answers.
        case: of the request, locked.
        words: what was written of it; digests that stand in it, of one file, are registered.
    """
    facts = facts_of(request, words)
    made: Evidence = Evidence.everywhere.create(
        case=case,
        organisation_id=case.organisation_id,
        number=next_number(Evidence, case),
        kind=Kind.ANSWER.value,
        sha256=bytes.fromhex(facts.digests["sha256"]) if "sha256" in facts.digests else None,
        facts=sealed(facts),
        request=request,
    )
    chain.add(viewer, reason, made, Event.REGISTERED, {"facts": facts.hash}, acts.REGISTERED)
    touched(case)
    return made


def limit(viewer: Viewer, reason: Reason, request: AssistanceRequest, case: Case, limits: str) -> None:
    """Write the limits on use into all evidence that a request brought; part of the caller's transaction."""
    rows = Evidence.everywhere.select_for_update(of=("self",), no_key=True).filter(request=request).order_by("number")
    for one in rows:
        facts = replace(opened(one.facts), use_limits=limits)
        one.facts = sealed(facts)
        one.save(update_fields=["facts"])
        one.case = case
        chain.add(viewer, reason, one, Event.CORRECTED, {"facts": facts.hash}, acts.CORRECTED)


def facts_of(request: AssistanceRequest, words: str) -> Facts:
    """Return what is recorded of an answer, in the language of the person who records it."""
    law = read(request.pinned)
    title = _("Answer to request %(code)s") % {"code": request.code}
    return Facts(
        description=f"{title}: {words.strip()}" if words.strip() else title,
        digests=_digests(words),
        seized_at=timezone.now().isoformat(timespec="seconds"),
        source=labels.country(request.holder, current()),
        legal_basis=f"{labels.cited(law.treaty)}, {law.instrument.provision}",
        origin=_("Request %(code)s: %(instrument)s") % {"code": request.code, "instrument": said(law.instrument.name)},
        place=request.authority.name if request.authority else "",
    )


def _digests(words: str) -> dict[str, str]:
    """The digests in the words; none where they are of several files, which a person has to tell apart."""
    try:
        return digests_in(words)
    except ValueError:
        return {}
