"""Which findings belong together: links as data, their exact connected components, one more finding at a time."""

from vaern.matching.grouping.components import components
from vaern.matching.grouping.growth import Edge, Grouping, Joined, strength
from vaern.matching.grouping.records import Batch, Values, frames_of, values_of
from vaern.matching.grouping.rules import EXACT, JOINING, RULES, VERSION, WITHIN, LinkRule, comparable

__all__ = [
    "EXACT",
    "JOINING",
    "RULES",
    "VERSION",
    "WITHIN",
    "Batch",
    "Edge",
    "Grouping",
    "Joined",
    "LinkRule",
    "Values",
    "comparable",
    "components",
    "frames_of",
    "strength",
    "values_of",
]
