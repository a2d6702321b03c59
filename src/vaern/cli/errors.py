"""What a user can mend becomes one sentence and exit status 2."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from vaern.cli.output import safe

if TYPE_CHECKING:
    from collections.abc import Iterator


NO_NODE = "The node is not installed: `pip install vaern-node` brings it."


class CannotRun(click.ClickException):
    """The command could not run."""

    exit_code = 2


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors that the rooms raise on purpose, and those of the system, into `CannotRun`."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise  # a pipe whose reader has seen enough, such as `| head`, is no error: Click ends without a word
    except ModuleNotFoundError as error:
        if error.name not in {"vaern.node", "django"}:
            raise
        raise CannotRun(NO_NODE) from error
    except OSError as error:
        if error.filename is None and not error.strerror:
            raise
        where = f"{error.filename}: " if error.filename is not None else ""
        raise CannotRun(safe(f"{where}{(error.strerror or str(error)).lower()}")) from error
    except Exception as error:
        if not isinstance(error, _on_purpose()):
            raise
        raise CannotRun(safe(str(error))) from error


def _on_purpose() -> tuple[type[Exception], ...]:
    from vaern.formats import FormatError
    from vaern.formats.findings import FindingsError
    from vaern.matching import IndexFormatError, ListPackageError
    from vaern.scanning import Refusal

    client = sys.modules.get("vaern.client.http")  # where nothing was asked of a service, none refused
    asked = (client.ClientError,) if client else ()
    trust = sys.modules.get("vaern.trust.faults")
    signed = (trust.TrustError,) if trust else ()
    return FindingsError, FormatError, IndexFormatError, ListPackageError, Refusal, *asked, *signed
