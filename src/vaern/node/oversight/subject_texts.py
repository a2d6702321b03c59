"""The answer to somebody without an account, as the words that go out.

That something is neither confirmed nor denied, and that the checks took place, is said in words that depend on nothing
that is held: they are the same, to the letter, whether or not there is anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from vaern.node.organisations.rules import Regime
from vaern.node.oversight.names import KINDS
from vaern.node.oversight.subject_rules import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.crosscheck.base.holders import Held
    from vaern.node.oversight.models import SubjectRequest


def text_of(request: SubjectRequest, found: Sequence[Held]) -> str:
    """Return the answer to a request, in its language; of what was found it tells where that is the answer alone."""
    with override(request.language):
        parts = [_head(request)]
        if Reply(request.reply) is Reply.HELD:
            parts += [_held(found), _purpose(request)]
        else:
            parts.append(_silent(request))
        return "\n\n".join([*parts, _rights(request)]) + "\n"


def _head(request: SubjectRequest) -> str:
    given = {
        "organisation": request.organisation.name,
        "reference": request.reference,
        "day": date_format(request.received_date, "DATE_FORMAT"),
    }
    return _("%(organisation)s, file %(reference)s. Answer to your request of %(day)s.") % given


def _silent(request: SubjectRequest) -> str:
    if Reply(request.reply) is Reply.CHECKED:
        return _(
            "The supervisory authority has made all the checks that are necessary. The law allows no further answer."
        )
    law = _("article 15 of Directive (EU) 2016/680")
    if Regime(request.organisation.regime) is not Regime.LED:
        law = _("article 23 of the GDPR and %(provision)s") % {"provision": request.provision}
    return _(
        "We neither confirm nor deny that data about you are handled here. We give this answer under %(law)s. It does "
        "not depend on whether anything is held: whoever asks and is not told more gets the same words."
    ) % {"law": law}


def _held(found: Sequence[Held]) -> str:
    lines = [_("What you gave us to find you by stands in:")]
    kinds = sorted({one.kind for one in found})
    for kind in kinds:
        days = sorted(one.day for one in found if one.kind == kind)
        name = str(KINDS.get(kind, kind)) if kind != "account" else _("account of this node")
        since = date_format(days[0], "DATE_FORMAT")
        lines.append(
            "- "
            + ngettext(
                "%(count)d record (%(kind)s), since %(day)s",
                "%(count)d records (%(kind)s), the first since %(day)s",
                len(days),
            )
            % {"count": len(days), "kind": name, "day": since}
        )
    return "\n".join(lines)


def _purpose(request: SubjectRequest) -> str:
    purpose = _("They are handled to prevent, investigate and prosecute the sexual abuse of children.")
    if Regime(request.organisation.regime) is not Regime.LED:
        purpose = _("They are handled to receive and act on reports of sexual abuse of children.")
    return (
        purpose
        + " "
        + _(
            "Each has an end date, on which it is looked at and erased. Where your data came from is told as far as it "
            "names nobody else. Tell us if anything is wrong, and it is put right or erased."
        )
    )


def _rights(request: SubjectRequest) -> str:
    if Regime(request.organisation.regime) is Regime.LED:
        return _(
            "You may ask the supervisory authority to check for you (article 17), complain to it (article 52), and go "
            "to court (article 54)."
        )
    return _("You may complain to the supervisory authority (GDPR article 77) and go to court (article 79).")
