"""Members with published commitments and values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.alliance.models import Commitment, CommitmentVersion, Declared, Value
from vaern.node.alliance.rules.contents import Baseline, Content, Target, stored

if TYPE_CHECKING:
    from vaern.node.alliance.models import Round
    from vaern.node.organisations.models import Member, Person

BASELINE = Baseline(50.0, date(2024, 12, 31), "yearbook")


def publish(member: Member, by: Person, goal: str = "g4.2", **target: Any) -> Commitment:
    """Publish a commitment, straight into the tables."""
    said = {
        "indicator": "removal_72h",
        "text": f"sooner, {member}",
        "value": 90.0,
        "unit": "percent",
        "due": timezone.localdate() + timedelta(400),
        "baseline": BASELINE,
        **target,
    }
    content = Content("2012", goal, f"obligation of {member}", "requirement", Target(**said), "Ministry")
    one = Commitment.objects.create(member=member, goal=goal, state="draft")
    version = CommitmentVersion.objects.create(commitment=one, number=1, content=stored(content), published_by=by)
    Commitment.objects.filter(pk=one.pk).update(current=version, state="published")
    return one


def count(member: Member, year: int, value: float | None, code: str = "removal_72h") -> None:
    """Let the ledger say a value."""
    Value.objects.create(
        member=member,
        code=code,
        period="year",
        start=date(year, 1, 1),
        split="",
        value=value,
        missing="" if value is not None else "nothing",
        as_of=1,
        version="2026-1",
    )


def declare(of: Round, member: Member, value: float | None, *, state: str = "published", **more: Any) -> None:
    """Let a member declare a value in a round."""
    reply = of.replies.get(member=member)
    reply.state, reply.submitted_at = state, timezone.now()
    reply.save()
    said = {"indicator": "removal_72h", "period": "2025", "source": "hotline", **more}
    Declared.objects.create(reply=reply, value=value, why="" if value is not None else "not kept", **said)
