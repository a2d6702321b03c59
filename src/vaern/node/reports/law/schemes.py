"""The classification scheme of a desk, its questions, and its crosswalks as advice for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from vaern.node.reports.law import data
from vaern.node.reports.law.data import load
from vaern.node.reports.law.grounds import country_of
from vaern.node.reports.models import Scheme
from vaern.node.reports.rules import assessments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from vaern.node.reports.models import Desk


__all__ = ["BASELINE", "advice", "answers", "label_of", "load", "of_desk", "value_label", "version_of"]

BASELINE = "interpol-baseline"


def of_desk(desk: Desk, on: date | None = None) -> Scheme | None:
    """Return the newest version of a desk's national scheme that is valid on a day; None without one.

    A desk that names no scheme uses that of its country.
    """
    valid = offered(on)
    country = country_of(desk.organisation)
    if desk.scheme:
        valid = valid.filter(code=desk.scheme)
    elif country:
        valid = valid.filter(country=country)
    else:
        return None
    found: Scheme | None = valid.exclude(code=BASELINE).order_by("valid_from", "id").last()
    return found


def offered(on: date | None = None) -> QuerySet[Scheme]:
    """Return the schemes available for assessments on a day: valid, and not retired."""
    on = on or timezone.localdate()
    until = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return Scheme.objects.filter(until, valid_from__lte=on, retired_at__isnull=True)


def version_of(code: str, version: str) -> Scheme | None:
    """Return a version of a scheme, even a retired one; None if the node does not have it."""
    found: Scheme | None = Scheme.objects.filter(code=code, version=version).first()
    return found


def answers(scheme: Scheme | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return only the answers that a scheme asks for.

    Raises:
        ValueError: an answer is not one of the choices.
    """
    found: dict[str, Any] = {}
    for question in scheme.questions if scheme else ():
        value = given.get(question["code"])
        if question["kind"] == "flag":
            if value:
                found[question["code"]] = True
        elif value:
            if value not in {choice["code"] for choice in question["choices"]}:
                raise ValueError(question["code"])
            found[question["code"]] = value
    return found


def label_of(given: Mapping[str, str]) -> str:
    """Return a label of a scheme in the language of the page."""
    return assessments.label(given, get_language() or "en")


def value_label(scheme: Scheme | None, code: str) -> str:
    """Return the label of a class; its code if the scheme does not have it."""
    found = next((value for value in (scheme.values if scheme else ()) if value["code"] == code), None)
    return label_of(found["label"]) if found else code


def advice(scheme: Scheme) -> list[tuple[str, str, str, str]]:
    """Return the crosswalks of a scheme: class, name of the other scheme, its class, and how they relate.

    For a person to read beside a foreign classification. Nothing is classified by it automatically.
    """
    schemes = {(one.code, one.version): one for one in data.law().schemes}
    names = {code: label_of(one.name) for (code, _version), one in schemes.items()}
    found = schemes.get((scheme.code, scheme.version))
    return [
        (value_label(scheme, row.value), names.get(row.scheme, row.scheme), row.to, row.kind)
        for row in (found.crosswalks if found else ())
    ]
