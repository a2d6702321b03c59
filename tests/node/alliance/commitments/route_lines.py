"""The lines of `tests/node/route_arguments.py` for members, commitments and rounds, and the records they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.alliance.commitments.factories import make_round
from tests.node.factories import make_member, make_person
from tests.node.route_arguments import P, Route, Sees, of

from vaern.node.alliance.models import Commitment, CommitmentVersion, Membership
from vaern.node.alliance.rules.contents import Content, stored
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_MEMBER: dict[str, Any] = {"sees": Sees.EVERYBODY, "arguments": of("alliance_member")}
_COMMITMENT: dict[str, Any] = {"arguments": of("commitment")}

LINES = {
    "alliance:frame": Route(P.ALLIANCE_VIEW),
    "alliance:capabilities": Route(P.ALLIANCE_VIEW),
    "alliance:history": Route(P.ALLIANCE_VIEW),
    "alliance:members": Route(P.ALLIANCE_VIEW),
    "alliance:member": Route(P.ALLIANCE_VIEW, **_MEMBER),
    "alliance:join": Route(P.ALLIANCE_MANAGE),
    "alliance:leave": Route(P.ALLIANCE_MANAGE, **_MEMBER),
    "alliance:back": Route(P.ALLIANCE_MANAGE, **_MEMBER),
    "alliance:commitments": Route(P.ALLIANCE_VIEW),
    "alliance:commitment": Route(P.ALLIANCE_VIEW, Sees.EVERYBODY, **_COMMITMENT),  # it is published
    "alliance:commitment-version": Route(
        P.ALLIANCE_VIEW, Sees.EVERYBODY, lambda side: {"id": side.more["commitment"], "number": 1}
    ),
    "alliance:new-commitment": Route(P.COMMITMENT_REPORT),
    **{
        f"alliance:{name}": Route(P.COMMITMENT_REPORT, Sees.OWNER, **_COMMITMENT)
        for name in ("write-commitment", "submit-commitment", "take-commitment-back", "withdraw-commitment")
    },
    "alliance:publish-commitment": Route(P.ALLIANCE_MANAGE, Sees.EVERYBODY, **_COMMITMENT),
    "alliance:return-commitment": Route(P.ALLIANCE_MANAGE, Sees.EVERYBODY, **_COMMITMENT),
    "alliance:rounds": Route(P.ALLIANCE_VIEW),
    "alliance:plan-round": Route(P.ALLIANCE_MANAGE),
    "alliance:round": Route(P.ALLIANCE_VIEW, Sees.EVERYBODY, of("round")),  # it is open
    **{
        f"alliance:{name}-round": Route(P.ALLIANCE_MANAGE, Sees.EVERYBODY, of("round"))
        for name in ("change", "open", "extend", "close")
    },
    "alliance:reply": Route(P.ALLIANCE_VIEW, Sees.EVERYBODY, of("reply")),  # it is published
    **{
        f"alliance:{name}": Route(P.COMMITMENT_REPORT, Sees.OWNER, of("reply"))
        for name in (
            "write-reply",
            "submit-reply",
            "take-reply-back",
            "reply-sheet",
            "fetch-reply-sheet",
            "compare-reply-sheet",
            "drop-reply-sheet",
        )
    },
    "alliance:write-reply-part": Route(
        P.COMMITMENT_REPORT, Sees.OWNER, lambda side: {**of("reply")(side), "line": "new1", "part": "promise"}
    ),
    "alliance:leave-out-of-reply": Route(
        P.COMMITMENT_REPORT, Sees.OWNER, lambda side: {**of("reply")(side), "line": "new1"}
    ),
    "alliance:publish-reply": Route(P.ALLIANCE_MANAGE, Sees.EVERYBODY, of("reply")),
    "alliance:return-reply": Route(P.ALLIANCE_MANAGE, Sees.EVERYBODY, of("reply")),
}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make what the pages of the alliance are about: a member, which is the organisation's, and its commitment."""
    member = organisation.member or make_member()
    if organisation.member is None:
        organisation.member = member
        organisation.save(update_fields=["member"])
    Membership.objects.create(
        member=member,
        joined=timezone.localdate(),
        endorsed_by="A minister (synthetic)",
        office="Minister",
        document="Note 1",
    )
    commitment = Commitment.objects.create(member=member, goal="g1.1")
    commitment.current = CommitmentVersion.objects.create(
        commitment=commitment,
        number=1,
        content=stored(Content("2012", "g1.1", "We will identify more")),
        published_by=make_person(Role.SECRETARIAT),
    )
    commitment.state = "published"
    commitment.save()
    made = make_round(f"Round of {member.code}", member)
    reply = made.replies.get()
    reply.state = "published"
    reply.save()
    return {
        "alliance_member": member.pk,
        "commitment": commitment.pk,
        "round": made.pk,
        "reply": reply.pk,
    }
