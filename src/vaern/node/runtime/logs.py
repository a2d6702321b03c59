"""Structured logs: one line per event, with allow-listed events and fields; everything else is dropped.

A log is copied, kept and read by more people than the data. So nothing goes in by default: an event has a name on the
list, its fields stand there with it, and each value must look like what the field is for: a number, a code, a position
in our source. Text that somebody typed, names, addresses, URLs and tokens have no field. What libraries log goes in as
the name of the logger and the place in its source, without its words; an error as its type and our own lines of the
traceback, without its message.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from types import TracebackType

    from structlog.typing import EventDict, WrappedLogger

PACKAGE = Path(__file__).resolve().parents[1]

_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,79}\Z")
_PLACE = re.compile(r"[A-Za-z0-9_./<>-]{1,120}:[0-9]{1,7}(:[A-Za-z0-9_<>]{1,80})?\Z")
_REQUEST = re.compile(r"[0-9a-f]{16}\Z")
_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
_MOST_PLACES = 20


def _number(value: object) -> bool:
    return isinstance(value, int | float)


def _code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.match(value))


def _place(value: object) -> bool:
    return isinstance(value, str) and bool(_PLACE.match(value))


def _places(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_PLACES and all(map(_place, value))


FIELDS: dict[str, Callable[[object], bool]] = {
    "method": lambda value: isinstance(value, str) and value in _METHODS,
    "route": _code,
    "status": _number,
    "ms": _number,
    "request": lambda value: isinstance(value, str) and bool(_REQUEST.match(value)),
    "error": _code,
    "code": lambda value: isinstance(value, str) and bool(re.match(r"[A-Z0-9]{3,5}\Z", value)),
    "lines": _places,
    "logger": _code,
    "where": _place,
    "program": _code,
    "task": _code,
    "job": _number,
    "attempt": _number,
    "seconds": _number,
    "count": _number,
    "process": _number,
}
"""What a field may hold: whether a value is one. No field takes free text."""

EVENTS: dict[str, frozenset[str]] = {
    "request": frozenset({"method", "route", "status", "ms", "request"}),
    "error": frozenset({"error", "code", "lines", "route", "request", "task", "job"}),
    "library": frozenset({"logger", "where", "error", "code", "lines", "request"}),
    "program_started": frozenset({"program", "process"}),
    "program_ended": frozenset({"program", "process", "status", "seconds"}),
    "program_stopped": frozenset({"program", "process", "seconds"}),
    "database_started": frozenset({"seconds"}),
    "database_lost": frozenset({"seconds"}),
    "database_stopped": frozenset(),
    "node_started": frozenset({"seconds"}),
    "node_stopped": frozenset({"seconds"}),
    "mail_sent": frozenset({"job", "attempt"}),
    "mail_failed": frozenset({"job", "attempt", "error", "code"}),
    "job_ended": frozenset({"task", "job", "attempt", "seconds", "count"}),
    "job_failed": frozenset({"task", "job", "attempt", "error", "code", "lines"}),
    "erased": frozenset({"task", "count"}),
    "sequenced": frozenset({"count", "seconds"}),
    "backup_made": frozenset({"seconds", "count"}),
    "restored": frozenset({"seconds", "count"}),
}
"""Every event, with its fields."""

_ALWAYS = ("at", "level", "event")


def permitted(event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Return the loggable part of an event; for an unlisted one, only that it was dropped."""
    name = event.get("event")
    if name not in EVENTS:
        return {key: event[key] for key in ("at", "level") if key in event} | {"event": "dropped"}
    kept = {key: event[key] for key in _ALWAYS if key in event}
    for key in sorted(EVENTS[name] & event.keys()):
        if event[key] is not None and FIELDS[key](event[key]):
            kept[key] = event[key]
    return kept


def described(error: BaseException) -> dict[str, Any]:
    """Return an error as fields: its type, its SQLSTATE or SMTP code if it has one, and our own lines."""
    fields: dict[str, Any] = {"error": type(error).__name__, "lines": _own_lines(error.__traceback__)}
    for found in (error, error.__cause__):
        code = getattr(found, "sqlstate", None) or getattr(found, "smtp_code", None)
        if code:
            fields["code"] = str(code)
    return fields


def _own_lines(trace: TracebackType | None) -> list[str]:
    """Return the lines of our package in a traceback, the innermost last: `node/home.py:12:home`."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        try:
            path = Path(code.co_filename).resolve().relative_to(PACKAGE)
        except ValueError:
            pass
        else:
            lines.append(f"{path.as_posix()}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return lines[-_MOST_PLACES:]


class _Libraries(logging.Handler):
    """Handles library logs from the standard module: location and error, never the message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record."""
        if record.name == "django.request" and not record.exc_info:
            return  # an answer of 4xx or 5xx; the request log has it
        fields: dict[str, Any] = {"logger": record.name, "where": f"{record.module}:{record.lineno}:{record.funcName}"}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= described(record.exc_info[1])
        with suppress(Exception):  # a log that cannot be written (a closed pipe) stops no work
            structlog.get_logger().log(record.levelno, "library", **fields)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Do nothing: the default prints the message."""


def _scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return permitted(event)


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return a line for a person's terminal."""
    clock = str(event.pop("at", ""))[11:19]
    level, name = event.pop("level", "info"), event.pop("event", "")
    if name == "request":
        values = [event.get("method", "?"), event.get("route", "-"), event.get("status"), f"{event.get('ms')} ms"]
        return " ".join([clock, *map(str, values)])
    marked = f"{level.upper()} " if level != "info" else ""
    fields = " ".join(f"{key}={','.join(value) if isinstance(value, list) else value}" for key, value in event.items())
    return f"{clock} {marked}{str(name).replace('_', ' ')} {fields}".rstrip()


QUIET = {
    "django.request": logging.ERROR,
    "django.security.DisallowedHost": logging.CRITICAL,  # anybody can cause these
    "procrastinate": logging.WARNING,
    "axes": logging.WARNING,
    "gunicorn.error": logging.WARNING,
    "gunicorn.http.wsgi": logging.ERROR,  # every answer to HEAD
    "psycopg": logging.ERROR,
    "psycopg.pool": logging.ERROR,
    "asyncio": logging.ERROR,
    "mail.log": logging.ERROR,  # aiosmtpd; anybody can cause its warnings
    "fontTools": logging.ERROR,
}
"""From which level on we hear what libraries have to say; elsewhere from warnings on."""


def configure(form: str = "") -> None:
    """Set up logging for the whole process, to standard error.

    Args:
        form: `json`, `text` or `auto` (text on a terminal); by default `VAERN_LOG` says.
    """
    form = form or os.environ.get("VAERN_LOG") or "auto"
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _scrub,
            _as_text if text else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(_Stderr()),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _Libraries)]:
        root.removeHandler(handler)
    root.addHandler(_Libraries())
    root.setLevel(logging.WARNING)
    for name, level in QUIET.items():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level)


def take_over() -> None:
    """Let nothing else write to this process's standard error: no uncaught error or warning with its message."""
    warnings.simplefilter("ignore")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            structlog.get_logger().critical("error", **described(error.with_traceback(trace)))

    sys.excepthook = uncaught

    def in_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            uncaught(found.exc_type, found.exc_value, found.exc_traceback)

    def unraisable(found: sys.UnraisableHookArgs) -> None:
        if found.exc_value is not None:
            uncaught(found.exc_type, found.exc_value, found.exc_traceback)

    threading.excepthook = in_thread
    sys.unraisablehook = unraisable


class _Stderr:
    """Standard error as it is now, not as it was when logging was set up."""

    def write(self, text: str) -> int:
        """Write a line; if nobody reads any more, drop it."""
        try:
            return sys.stderr.write(text)
        except (OSError, ValueError):
            return 0

    def flush(self) -> None:
        """Flush the stream."""
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            return
