"""The public pages: what was released. They know and keep nothing of who reads, set no cookie, and may be cached."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from vaern import __version__
from vaern.node.alliance.base.words import worded
from vaern.node.alliance.files import opendata
from vaern.node.alliance.indicators import labels
from vaern.node.alliance.publishing import factsheet, presenters, queries
from vaern.node.alliance.rules import definitions
from vaern.node.organisations.access import public
from vaern.node.web.components import Tab
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.alliance.models import PublicRelease


CACHED = "public, max-age=300"
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "pdf": "application/pdf"}
FILES = ("data.json", "datapackage.json", "factsheet-en.pdf", "factsheet-da.pdf", *opendata.FILES)


def language_of(request: HttpRequest) -> str:
    """Return the language that the address asks for; else the browser's."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "en"


def _etag(request: HttpRequest, release: str = queries.LATEST, **more: str) -> str | None:
    found = queries.find(release)
    if found is None:
        return None
    parts = (__version__, found.pk, corrected_by(found), release, language_of(request), request.GET.get("period"), more)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def corrected_by(release: PublicRelease) -> int | None:
    """Return the number of the release that took the place of this one."""
    later = getattr(release, "corrected_by", None)
    return later.number if later else None


@public("what was released is for everybody", findable=True)
@require_safe
@condition(etag_func=_etag)
def progress(request: HttpRequest, release: str = queries.LATEST) -> HttpResponse:
    """Show a release: the policy targets with their charts, figures and commitments."""
    found = queries.find(release)
    with translation.override(language_of(request)):
        if found is None and release == queries.LATEST:
            return _page(request, "alliance/publishing/none.html", {})
        found = or_404(found)
        content = queries.content_of(found)
        codes = [one.code for one in definitions.version(content.definitions).indicators]
        context = {
            **_about(found, release),
            "targets": presenters.targets(content, release),
            "all": presenters.summary(content, codes, release, "all-figures"),
            "explained": presenters.explained(),
        }
        return _page(request, "alliance/publishing/progress.html", context)


@public("what was released is for everybody", findable=True)
@require_safe
@condition(etag_func=_etag)
def indicator(request: HttpRequest, release: str, code: str) -> HttpResponse:
    """Show one indicator of a release by members, with its definition."""
    found = or_404(queries.find(release))
    content = queries.content_of(found)
    one = or_404(definitions.version(content.definitions).by_code.get(code))
    with translation.override(language_of(request)):
        kinds = [kind for kind in labels.PERIODS if content.periods(kind)]  # type: ignore[arg-type]
        kind = next((kind for kind in kinds if kind == request.GET.get("period")), kinds[-1] if kinds else "year")
        language = request.GET.get("lang")
        ending = f"&lang={language}" if language in dict(settings.LANGUAGES) else ""
        context = {
            **_about(found, release),
            "name": worded(one.name),
            "question": worded(one.question),
            "weakness": worded(one.weakness),
            "chart": presenters.of_all(content, code),
            "beside": presenters.of_all(content, one.beside) if one.beside else None,
            "table": presenters.by_member(content, one, kind),
            "declared": presenters.declared(content, one),
            "definition": presenters.definition(one, content.definitions),
            "explained": presenters.explained(),
            "tabs": [Tab(labels.PERIODS[one], f"?period={one}{ending}", one == kind) for one in kinds],
        }
        return _page(request, "alliance/publishing/indicator.html", context)


@public("what was released is for everybody, also as files")
@require_safe
@condition(etag_func=_etag)
def file(request: HttpRequest, release: str, name: str) -> HttpResponse:
    """Give out a file of a release."""
    found = or_404(queries.find(release))
    if name not in FILES:
        raise Http404
    response = HttpResponse(_bytes(found, name), content_type=TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = CACHED
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if name.endswith(".csv"):
        response["Content-Disposition"] = f'attachment; filename="alliance-{found.number}-{name}"'
    return response


def _bytes(found: PublicRelease, name: str) -> bytes:
    if name.endswith(".pdf"):
        return _pdf(found.pk, name[-6:-4])
    content = queries.content_of(found)
    if name.endswith(".csv"):
        return opendata.table(content, name)
    if name == "datapackage.json":
        return opendata.package(found.number, found.released_at)
    corrects = found.corrects.number if found.corrects else None
    return opendata.document(
        content, found.number, found.released_at, (found.explanation, found.explanation_da), corrects
    )


@lru_cache(maxsize=16)
def _pdf(id: Any, language: str) -> bytes:
    found = queries.one(id)
    return factsheet.pdf(queries.content_of(found), found.number, found.released_at, language)


def _about(found: PublicRelease, name: str) -> dict[str, Any]:
    content = queries.content_of(found)
    return {
        "release": found,
        "name_of_release": name,
        "content": content,
        "is_latest": name == queries.LATEST,
        "corrected_by": getattr(found, "corrected_by", None),
        "files": [presenters.link(name, file, file) for file in FILES],
    }


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with a page that is the same for everybody with this language: no name, no theme, no form."""
    language = translation.get_language() or "en"
    other = "en" if language == "da" else "da"
    shared = {"theme": "", "viewer": None, "language": language, "other_language": other}
    response = render(request, template, {**context, **shared})
    response["Cache-Control"] = CACHED
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
