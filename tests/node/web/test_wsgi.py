"""The door of the web server itself: what Django would fail at before any of our guards sees the request."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.parametrize("charset", ["base64", "zip", "rot13", "nonsense", "utf-16", "utf-7", "utf-8"])
@pytest.mark.parametrize("query", ["", "a=%41&b=1"])
def test_no_declared_encoding_stops_a_request_before_the_guards(charset: str, query: str) -> None:
    """Django reads the query in the encoding that the content is said to have, also in what is none of text."""
    from vaern.node.wsgi import application  # its middleware is loaded with it, once the node's folder is there

    answers: list[str] = []
    environ = RequestFactory()._base_environ(
        PATH_INFO="/health", QUERY_STRING=query, HTTP_HOST="localhost", CONTENT_TYPE=f"text/plain; charset={charset}"
    ) | {"wsgi.input": io.BytesIO()}
    b"".join(application(environ, lambda status, _headers: answers.append(status[:3])))
    assert answers[0] in ({"200", "503"} if charset == "utf-8" else {"415"})
