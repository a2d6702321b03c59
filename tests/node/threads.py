"""Several people at one moment, each with a connection of their own, for tests of `django_db(transaction=True)`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do things in threads of their own that begin together; return what each returned or raised, in their order."""
    ready = threading.Barrier(len(acts))
    ended: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait()
            ended[number] = act()
        except BaseException as error:
            ended[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended
