"""Signatures are counted by country: two of one country are one.

TUF counts keys. What is signed offline (the root, the delegations, each list) needs as many *countries* as TUF's
threshold says keys, so that neither one organisation with two keys nor two of one country can change a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tuf.api.metadata import Root, Targets

from vaern.trust.faults import TrustError
from vaern.trust.keys import country_of, organisation_of, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from securesystemslib.signer import Key
    from tuf.api.metadata import Metadata, VerificationResult


class Count(NamedTuple):
    """Who signed.

    Attributes:
        signed: the keys whose signatures hold.
        countries: of these.
        needed: how many countries are.
    """

    signed: tuple[Key, ...]
    countries: frozenset[str]
    needed: int

    @property
    def enough(self) -> bool:
        """Whether as many countries signed as must, and TUF's own count is met by that."""
        return len(self.countries) >= self.needed

    @property
    def said(self) -> str:
        """As a person reads it."""
        names = ", ".join(sorted(said(key) for key in self.signed)) or "nobody"
        return f"signed by {names}: {len(self.countries)} of {self.needed} countries"


def count(result: VerificationResult) -> Count:
    """Count the signatures that TUF found to hold.

    A key that does not say whose it is, or of which country, counts for none.
    """
    named = [key for key in result.signed.values() if country_of(key) and organisation_of(key)]
    return Count(tuple(result.signed.values()), frozenset(country_of(key) for key in named), result.threshold)


def of_role(delegator: Root | Targets, role: str, document: Metadata[Targets] | Metadata[Root]) -> Count:
    """Count the signatures under the document of a role.

    Raises:
        ValueError: nobody delegated the role.
    """
    return count(delegator.get_verification_result(role, document.signed_bytes, document.signatures))


def refuse_misfit(where: str, keys: Iterable[Key]) -> None:
    """Refuse keys by which one signer could count as two.

    Raises:
        TrustError: one key stands under two names, or an organisation in two countries.
    """
    owners: dict[str, str] = {}
    homes: dict[str, str] = {}
    for key in keys:
        public = str(key.keyval.get("public", "")).strip()
        if owners.setdefault(public, key.keyid) != key.keyid:
            raise TrustError(where, f"one key stands there twice, as {said(key)} too", "Its publisher must mend that.")
        name = organisation_of(key).casefold()
        if name and homes.setdefault(name, country_of(key)) != country_of(key):
            raise TrustError(
                where, f"{organisation_of(key)} stands there with two countries", "Its publisher must mend that."
            )
