"""The tables of hash lists, by subject."""

from vaern.node.lists.models.entries import ListEntry
from vaern.node.lists.models.figures import EntryMonth
from vaern.node.lists.models.floods import EntryHits, EntryQuarantine
from vaern.node.lists.models.history import EntryAct, EntryPast, ReleaseDay
from vaern.node.lists.models.indicators import ListIndicator
from vaern.node.lists.models.intakes import IntakeFault, ListIntake, StagedEntry
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.models.lookups import (
    EntryFeedback,
    LookupAlarm,
    LookupBatch,
    LookupCall,
    LookupDay,
    LookupHit,
    LookupPolicy,
    LookupState,
    SpoolMark,
)
from vaern.node.lists.models.notices import ListNotice
from vaern.node.lists.models.numbers import NumberedEntry
from vaern.node.lists.models.recalls import EntryRecall, RecallEffect
from vaern.node.lists.models.sources import ListSource
from vaern.node.lists.models.subscribers import SubscriberStep
from vaern.node.lists.models.subsets import ListStands, ListSubset
from vaern.node.lists.models.upward import FeedbackFile, FileOpinion, SourceFeedback
from vaern.node.lists.models.votes import EntryVote

__all__ = [
    "EntryAct",
    "EntryFeedback",
    "EntryHits",
    "EntryMonth",
    "EntryPast",
    "EntryQuarantine",
    "EntryRecall",
    "EntryVote",
    "FeedbackFile",
    "FileOpinion",
    "HashList",
    "IntakeFault",
    "ListEntry",
    "ListIndicator",
    "ListIntake",
    "ListNotice",
    "ListSource",
    "ListStands",
    "ListSubset",
    "LookupAlarm",
    "LookupBatch",
    "LookupCall",
    "LookupDay",
    "LookupHit",
    "LookupPolicy",
    "LookupState",
    "NumberedEntry",
    "RecallEffect",
    "ReleaseDay",
    "SourceFeedback",
    "SpoolMark",
    "StagedEntry",
    "SubscriberStep",
]
