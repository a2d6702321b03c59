"""What this room brings: lists are told of wishes, and held against them each night."""

from __future__ import annotations


def register() -> None:
    """Register the follower of wishes, and what runs each night."""
    from vaern.node.base.jobs import each_night
    from vaern.node.lists.survivors import following
    from vaern.node.victims.wishes import followers

    followers.register(following.follow_soon)
    each_night("lists that follow wishes", following.follow_everything)
