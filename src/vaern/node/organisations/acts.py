"""What the ledger can say of organisations, people, sign-in and keys."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

NODE_BEGUN = Act("organisations.node.begun", Verb.COLLECTION, N_("The node was begun for {subject}"))
MEMBER_ADDED = Act("organisations.member.added", Verb.COLLECTION, N_("{person} added {subject} to the alliance"))
MEMBER_CHANGED = Act("organisations.member.changed", Verb.ALTERATION, N_("{person} changed what is known of {subject}"))
ORGANISATION_ADDED = Act(
    "organisations.organisation.added", Verb.COLLECTION, N_("{person} added {subject} to the directory")
)
ORGANISATION_CHANGED = Act(
    "organisations.organisation.changed", Verb.ALTERATION, N_("{person} changed what is known of {subject}")
)
ORGANISATION_CLOSED = Act("organisations.organisation.closed", Verb.ALTERATION, N_("{person} closed {subject}"))
ORGANISATION_REOPENED = Act(
    "organisations.organisation.reopened", Verb.ALTERATION, N_("{person} opened {subject} again")
)

PEOPLE_LISTED = Act(
    "organisations.people.listed", Verb.CONSULTATION, N_("{person} looked at the list of people ({count})")
)
PEOPLE_SEARCHED = Act(
    "organisations.people.searched", Verb.CONSULTATION, N_("{person} searched for people and found {count}")
)
PERSON_CONSULTED = Act("organisations.person.consulted", Verb.CONSULTATION, N_("{person} opened the page of {subject}"))
PERSON_INVITED = Act("organisations.person.invited", Verb.COLLECTION, N_("{person} invited somebody: {subject}"))
INVITATION_RESENT = Act("organisations.invitation.resent", Verb.ALTERATION, N_("{person} sent {subject} again"))
INVITATION_WITHDRAWN = Act("organisations.invitation.withdrawn", Verb.ALTERATION, N_("{person} withdrew {subject}"))
INVITATION_ACCEPTED = Act(
    "organisations.invitation.accepted", Verb.COLLECTION, N_("{person} accepted an invitation and made an account")
)
ROLES_CHANGED = Act(
    "organisations.person.roles_changed", Verb.ALTERATION, N_("{person} changed the roles of {subject}")
)
PERSON_DEACTIVATED = Act(
    "organisations.person.deactivated",
    Verb.ALTERATION,
    N_("{person} closed the account of {subject}; sessions and keys that ended: {count}"),
)
PERSON_REACTIVATED = Act(
    "organisations.person.reactivated", Verb.ALTERATION, N_("{person} opened the account of {subject} again")
)
PERSON_ERASED = Act("organisations.person.erased", Verb.ERASURE, N_("{person} erased the personal data of {subject}"))
PERSON_REVIEWED = Act(
    "organisations.person.reviewed", Verb.ALTERATION, N_("{person} decided that {subject} still needs an account")
)
SECOND_FACTOR_RESET = Act(
    "organisations.person.second_factor_reset", Verb.ALTERATION, N_("{person} removed the second factor of {subject}")
)
PROFILE_CHANGED = Act("organisations.profile.changed", Verb.ALTERATION, N_("{person} changed their own profile"))
SINGLE_KEYS_CHOSEN = Act(
    "organisations.single_keys.chosen", Verb.ALTERATION, N_("{person} chose whether single keys are shortcuts")
)

SIGNED_IN = Act("organisations.session.signed_in", Verb.CONSULTATION, N_("{person} signed in"))
SIGNED_OUT = Act("organisations.session.signed_out", Verb.ALTERATION, N_("{person} signed out"))
SESSION_ENDED = Act(
    "organisations.session.ended", Verb.ALTERATION, N_("{person} ended their own sessions in other browsers ({count})")
)
SESSION_EXPIRED = Act("organisations.session.expired", Verb.ALTERATION, N_("A session of {subject} ended by the clock"))
PASSWORD_REFUSED = Act(
    "organisations.password.refused", Verb.CONSULTATION, N_("Somebody gave a wrong password for {subject}")
)
PASSWORD_CHANGED = Act("organisations.password.changed", Verb.ALTERATION, N_("{person} changed their password"))
PASSWORD_RESET = Act(
    "organisations.password.reset", Verb.ALTERATION, N_("{person} set a new password by a mailed link")
)
SECOND_FACTOR_REFUSED = Act(
    "organisations.second_factor.refused", Verb.CONSULTATION, N_("Somebody gave a wrong second factor for {subject}")
)
SECOND_FACTOR_GIVEN = Act(
    "organisations.second_factor.given", Verb.CONSULTATION, N_("{person} gave their second factor again")
)
SECOND_FACTOR_ADDED = Act("organisations.second_factor.added", Verb.ALTERATION, N_("{person} added a second factor"))
SECOND_FACTOR_REMOVED = Act(
    "organisations.second_factor.removed", Verb.ALTERATION, N_("{person} removed a second factor")
)
RECOVERY_CODES_MADE = Act(
    "organisations.second_factor.codes_made", Verb.ALTERATION, N_("{person} made new recovery codes")
)

KEYS_LISTED = Act(
    "organisations.keys.listed", Verb.CONSULTATION, N_("{person} looked at the list of API keys ({count})")
)
KEY_MADE = Act("organisations.key.made", Verb.COLLECTION, N_("{person} made {subject}"))
KEY_REVOKED = Act("organisations.key.revoked", Verb.ALTERATION, N_("{person} revoked {subject}"))

LIST_DOWNLOADED = Act(
    "organisations.list.downloaded", Verb.DISCLOSURE, N_("{person} downloaded a list as CSV ({count})")
)

ADMIN_SESSION_OPENED = Act(
    "organisations.admin_session.opened", Verb.ALTERATION, N_("{person} opened {subject} to see casework")
)
ADMIN_SESSION_CLOSED = Act("organisations.admin_session.closed", Verb.ALTERATION, N_("{person} closed {subject}"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
