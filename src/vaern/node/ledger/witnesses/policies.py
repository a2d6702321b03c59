"""The policy that this node was configured with (`VAERN_WITNESS_POLICY`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from vaern.proofs.policy import PolicyError, parse_policy

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.proofs.policy import Policy


def configured_policy() -> Policy | None:
    """Return the policy, read anew; None where none is configured.

    Raises:
        PolicyError: it cannot be read.
    """
    path = settings.CONFIGURATION.witness_policy
    return None if path is None else read_policy(path)


def read_policy(path: Path) -> Policy:
    """Read a policy from a file.

    Raises:
        PolicyError: it cannot be read.
    """
    try:
        return parse_policy(path.read_bytes())
    except OSError as error:
        raise PolicyError([(0, f"{path} cannot be read ({error.strerror})")]) from None
