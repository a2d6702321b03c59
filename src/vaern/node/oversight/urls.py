"""The addresses of oversight, and of the public proofs of the ledger."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from vaern.node.oversight import views, views_exports, views_requests, views_subjects
from vaern.node.oversight.proofs import PROOF_URLS
from vaern.node.oversight.rules import LARGEST
from vaern.node.oversight.views_witness import WITNESS_URLS

app_name = "oversight"


class Number:
    """The number of an entry: a whole number that the database can hold."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """Return the number; ValueError is "no such address" to Django."""
        number = int(value)
        if number > LARGEST:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        """Return the digits."""
        return str(value)


class Kind:
    """The code of a kind of record."""

    regex = "[a-z][a-z0-9_]{0,39}"

    def to_python(self, value: str) -> str:
        """Return the code."""
        return value

    def to_url(self, value: str) -> str:
        """Return the code."""
        return value


register_converter(Number, "entry_number")
register_converter(Kind, "record_kind")

urlpatterns: list[URLPattern | URLResolver] = [
    path("activity/", views.own, name="own"),
    path("oversight/ledger/", views.ledger, name="ledger"),
    path("oversight/ledger/health/", views.health, name="health"),
    path("oversight/ledger/export/", views_exports.export, name="export"),
    path("oversight/ledger/erase-words/", views_exports.erase_words, name="erase-words"),
    path("oversight/ledger/<entry_number:number>/", views.entry, name="entry"),
    path("oversight/ledger/<entry_number:number>/proof/", views.proof, name="proof"),
    path("oversight/records/<record_kind:kind>/<uuid:id>/", views.record, name="record"),
    path("oversight/people/<uuid:id>/", views.person, name="person"),
    path("oversight/sessions/", views.sessions, name="sessions"),
    path("oversight/unusual/", views.what_is_unusual, name="unusual"),
    path("oversight/requests/", views_requests.requests, name="requests"),
    path("oversight/requests/new/", views_requests.new_request, name="new-request"),
    path("oversight/requests/<uuid:id>/", views_requests.request_page, name="request"),
    path("oversight/requests/<uuid:id>/restrict/", views_requests.restrict, name="restrict"),
    path("oversight/requests/<uuid:id>/answer/", views_requests.answer_page, name="answer"),
    path("oversight/subjects/", views_subjects.subjects, name="subjects"),
    path("oversight/subjects/new/", views_subjects.new_subject, name="new-subject"),
    path("oversight/subjects/<uuid:id>/", views_subjects.subject, name="subject"),
    path("oversight/subjects/<uuid:id>/answer/", views_subjects.answer_subject, name="answer-subject"),
    *PROOF_URLS,
    *WITNESS_URLS,
]
