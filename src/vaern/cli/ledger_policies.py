"""What commands about the ledger say of witnesses: which policy is meant, and how much is witnessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vaern.cli.errors import CannotRun
from vaern.cli.output import count

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.ledger.findings import Finding, Verified
    from vaern.proofs.judging import Witnessed
    from vaern.proofs.policy import Policy


def policy_of(path: Path | None) -> Policy | None:
    """Read the policy that is named, or the configured one; None where there is neither.

    Raises:
        CannotRun: it cannot be read; each fault has its line.
    """
    from vaern.node.ledger.witnesses.policies import configured_policy, read_policy
    from vaern.proofs.policy import PolicyError

    try:
        return configured_policy() if path is None else read_policy(path)
    except PolicyError as error:
        raise CannotRun(f"The policy cannot be read: {error}.") from error


def witnessed_findings(found: Verified, policy: Policy | None) -> tuple[list[Finding], str]:
    """Hold a ledger that was read against what witnesses cosigned.

    Returns:
        What contradicts, and a sentence about how much is witnessed, by whom and when.

    Raises:
        CannotRun: there is no policy.
    """
    from vaern.node.ledger.findings import Finding
    from vaern.node.ledger.witnesses.queries import contradictions, newest_witnessed

    if policy is None:
        raise CannotRun("There is no policy: name one with --policy, or set VAERN_WITNESS_POLICY.")
    findings = contradictions(policy.witness_keys(), found.size)
    newest = newest_witnessed(policy)
    if newest is None:
        return [*findings, Finding("No checkpoint is cosigned by as many witnesses as the policy asks for.")], ""
    size = newest[1].checkpoint.size
    return findings, f"Witnessed: the first {size:,} of {count(found.size, 'entry', 'entries')}, {by_whom(newest[1])}."


def by_whom(found: Witnessed) -> str:
    """Return who cosigned and when, the newest first."""
    at = sorted(found.cosigned.items(), key=lambda one: -one[1])
    said = [f"{name} ({moment(seconds)})" for name, seconds in at]
    return f"by {', '.join(said)}" if said else "by nobody, and the policy asks for nobody"


def moment(seconds: int) -> str:
    """Return a time that a cosignature says, in UTC."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} seconds after 1970"
