"""The register of legal grounds and schemes: rows of law that people add, correct and verify, synchronised to tables.

A version counts once a second person verified it, or if it came from a file that states its source and day of reading.
Until then the version before it still counts, so that an unverified correction stops no desk's work. A withdrawal
counts at once, because it can only stop actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.base.refusals import Refusal
from vaern.node.law.data import counting
from vaern.node.law.labels import said
from vaern.node.law.models import LawRow
from vaern.node.law.registers import LawTable, Register
from vaern.node.reports.law.forms import GroundForm, SchemeForm
from vaern.node.reports.law.labels import ACTION_LABELS, action_label
from vaern.node.reports.models import Assessment, LegalGround, Scheme
from vaern.node.reports.rules import law_files
from vaern.node.reports.rules.law_rows import GroundRow, SchemeRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.reports.rules.law_files import Law


class SchemeUsed(Refusal):
    """A scheme version that was already used in assessments would change."""


FIXED = ("name", "country", "values", "questions")
"""What a version of a scheme that was used never changes."""


def law() -> Law:
    """Return the law in the files of this node."""
    return law_files.of_node(settings.CONFIGURATION.law, synthetic=settings.CONFIGURATION.synthetic)


def _grounds() -> Iterable[GroundRow]:
    given = law()
    return [GroundRow.of_file(one, synthetic=law_files.key(one) in given.made_up) for one in given.grounds]


def _schemes() -> Iterable[SchemeRow]:
    return [SchemeRow.of_file(one) for one in law().schemes]


def _ground_says(one: GroundRow) -> str:
    where = one.country or _("Everywhere")
    return f"{where} – {action_label(one.action)}: {said(one.name)}"


def _scheme_says(one: SchemeRow) -> str:
    return f"{said(one.name)} ({one.code} {one.version}): {', '.join(said(value.label) for value in one.values)}"


@transaction.atomic
def keep_in_step() -> int:
    """Synchronise the desks' tables with the rows that count; return how many were created, changed or retired.

    Raises:
        SchemeUsed: a version already used in assessments would change.
    """
    return _keep_grounds() + _keep_schemes()


def _keep_grounds() -> int:
    changed, there = 0, set()
    for one in counting("ground"):
        key = {"code": one.code, "action": one.action, "country": one.country, "valid_from": one.since}
        says = {
            "name": one.name,
            "valid_to": one.until,
            "kinds": list(one.kinds),
            "source": one.source,
            "read_on": one.read,
            "retired_at": None,
        }
        there.add(tuple(key.values()))
        if not LegalGround.objects.filter(**key, **says).exists():
            LegalGround.objects.update_or_create(**key, defaults=says)
            changed += 1
    still = LegalGround.objects.filter(retired_at__isnull=True)
    gone = [row.pk for row in still if (row.code, row.action, row.country, row.valid_from) not in there]
    return changed + LegalGround.objects.filter(pk__in=gone).update(retired_at=timezone.now())


def _keep_schemes() -> int:
    changed, there = 0, set()
    for one in counting("scheme"):
        there.add((one.code, one.version))
        columns = one.columns
        found = Scheme.objects.filter(code=one.code, version=one.version).first()
        if found is None:
            Scheme.objects.create(code=one.code, version=one.version, **columns)
            changed += 1
        elif any(getattr(found, name) != value for name, value in columns.items()):
            if differs(one):
                raise SchemeUsed(f"{found} was used and does not change: give what is new another version")
            Scheme.objects.filter(pk=found.pk).update(**columns)
            changed += 1
    still = Scheme.objects.filter(retired_at__isnull=True)
    gone = [row.pk for row in still if (row.code, row.version) not in there]
    return changed + Scheme.objects.filter(pk__in=gone).update(retired_at=timezone.now())


def differs(one: SchemeRow) -> bool:
    """Whether a row would change a scheme version already used in assessments."""
    found = Scheme.objects.filter(code=one.code, version=one.version).first()
    if found is None or not Assessment.of(scheme=found).exists():
        return False
    return any(getattr(found, name) != one.columns[name] for name in FIXED)


def problems() -> list[str]:
    """Return the inconsistencies of the register: changed scheme versions that were already used."""
    newest = LawRow.objects.filter(table="scheme").order_by("key", "-version").distinct("key")
    rows = [msgspec.convert(row.content, SchemeRow, strict=False) for row in newest if not row.withdrawn]
    return [
        _("%(scheme)s was used, and what was concluded by it stays what it was: add a new version of it instead.")
        % {"scheme": f"{one.code} {one.version}"}
        for one in rows
        if differs(one)
    ]


REGISTER = Register(
    "grounds",
    gettext_lazy("Legal grounds and schemes"),
    gettext_lazy(
        "On what desks act, and how they classify. What a person adds or corrects counts once another has verified it; "
        "until then the version before it goes on to count."
    ),
    tables=(
        LawTable(
            "ground",
            gettext_lazy("Legal grounds"),
            GroundRow,
            key=lambda one: one.key,
            of_files=_grounds,
            says=_ground_says,
            about=lambda one: one.action,
            form=GroundForm,
        ),
        LawTable(
            "scheme",
            gettext_lazy("Schemes"),
            SchemeRow,
            key=lambda one: f"{one.code} {one.version}",
            of_files=_schemes,
            says=_scheme_says,
            form=SchemeForm,
        ),
    ),
    about_label=gettext_lazy("Action"),
    abouts=ACTION_LABELS.items,
    problems=problems,
    loaded=keep_in_step,
    links=((gettext_lazy("What counts here today"), "reports:grounds"),),
)
