"""What gunicorn serves."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")


class Request(WSGIRequest):
    """A request that is made whatever encoding its content is said to have; `middleware.Query` then sets it right.

    Django reads the query in that encoding at once, and fails at codecs of Python's that are none of text: before any
    of our guards, and so with a trace in the server's own log.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        with suppress(LookupError, ValueError):
            super()._set_content_type_params(meta)  # type: ignore[misc] # the stubs leave it out


class Handler(WSGIHandler):
    """Django's, with our request."""

    request_class = Request


django.setup(set_prefix=False)
application = Handler()
