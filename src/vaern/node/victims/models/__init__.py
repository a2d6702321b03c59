"""The tables of victims, by subject."""

from vaern.node.victims.models.appeals import Appeal, Tip
from vaern.node.victims.models.clues import Clue, Hypothesis
from vaern.node.victims.models.merges import Merge, MergeProposal, Separation
from vaern.node.victims.models.questions import NodeAnswer, Question
from vaern.node.victims.models.series import Link, Look, Member, NearValue, Series
from vaern.node.victims.models.sharing import Dissemination, Milestone, Openness, Tiding
from vaern.node.victims.models.takes import Take
from vaern.node.victims.models.wishes import Confirmation, Hit, WatchedHash, Wish

__all__ = [
    "Appeal",
    "Clue",
    "Confirmation",
    "Dissemination",
    "Hit",
    "Hypothesis",
    "Link",
    "Look",
    "Member",
    "Merge",
    "MergeProposal",
    "Milestone",
    "NearValue",
    "NodeAnswer",
    "Openness",
    "Question",
    "Separation",
    "Series",
    "Take",
    "Tiding",
    "Tip",
    "WatchedHash",
    "Wish",
]
