"""The tables of victims, by subject."""

from vaern.node.victims.models.merging import Merge, MergeProposal, Separation
from vaern.node.victims.models.series import Link, Look, Member, NearValue, Series

__all__ = ["Link", "Look", "Member", "Merge", "MergeProposal", "NearValue", "Separation", "Series"]
