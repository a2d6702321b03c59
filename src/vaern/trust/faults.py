"""What is wrong with a release, a signature or a key."""

from __future__ import annotations


class TrustError(Exception):
    """Something is not signed, not fresh, or not what was signed.

    Attributes:
        where: the file or address.
        what: what was wrong.
        advice: what to do.
    """

    def __init__(self, where: str, what: str, advice: str) -> None:
        super().__init__(f"{where}: {what}. {advice}")
        self.where, self.what, self.advice = where, what, advice


class MirrorError(Exception):
    """A mirror does not give what lies at an address.

    Attributes:
        status: 404 where it has nothing there; of HTTP otherwise; 0 where it did not answer.
    """

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status
