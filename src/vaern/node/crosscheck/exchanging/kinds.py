"""The kinds of message of a private comparison: people agree on the first, and all others follow from it."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.exchanging import questions, reveals, switching
from vaern.node.crosscheck.intersection.tag_files import not_tags
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.registry import TAKING_PART
from vaern.node.exchange.base.kinds import Kind

_Between = partial(Kind, senders=TAKING_PART, recipients=TAKING_PART)
_Follows = partial(_Between, owed=True)

KINDS = (
    _Between(
        bodies.ON,
        _("A private comparison switched on"),
        {1: bodies.Switched},
        take=switching.take_on,
        says=_(
            "An experiment: two organisations count how many values both hold. All that belongs to it passes then: "
            "tags, questions, answers, and what people of both agree to see."
        ),
    ),
    _Follows(
        bodies.OFF,
        _("A private comparison switched off"),
        {1: bodies.Switched},
        take=switching.take_off,
    ),
    _Follows(
        bodies.TAGS,
        _("Comparison tags"),
        {1: bodies.Tags},
        take=switching.take_tags,
        brings=bodies.LARGEST_TAGS,
        looks=not_tags,
    ),
    _Follows(
        bodies.ASKED,
        _("A private question"),
        {1: bodies.Asked},
        take=questions.take_question,
        answered=questions.question_answered,
        brings=bodies.LARGEST_QUESTION,
        looks=bodies.not_question,
    ),
    _Follows(
        bodies.ANSWERED,
        _("The answer to a private question"),
        {1: bodies.Answered},
        take=questions.take_answer,
        refused=questions.answer_refused,
        answered=questions.answer_answered,
        brings=bodies.LARGEST_ANSWER,
        looks=bodies.not_answer,
    ),
    _Follows(
        bodies.COUNTED,
        _("The number of a private question"),
        {1: bodies.Counted},
        take=questions.take_count,
    ),
    _Follows(
        bodies.PROPOSED,
        _("A proposal to see which records"),
        {1: bodies.Proposal},
        take=reveals.take_proposal,
        answered=reveals.proposal_answered,
    ),
    _Follows(
        bodies.AGREED,
        _("Agreement to see which records"),
        {1: bodies.Proposal},
        take=reveals.take_agreement,
        answered=reveals.agreement_answered,
    ),
    _Follows(
        bodies.REFUSED,
        _("A proposal to see which records, refused"),
        {1: bodies.Declined},
        take=reveals.take_refusal,
    ),
    _Follows(
        bodies.WITHDRAWN,
        _("A proposal to see which records, taken back"),
        {1: bodies.Proposal},
        take=reveals.take_withdrawal,
    ),
    _Follows(
        bodies.COMMON,
        _("Tags of what both have"),
        {1: bodies.Common},
        take=reveals.take_common,
        brings=bodies.LARGEST_BOTH,
        looks=bodies.not_common,
    ),
)
