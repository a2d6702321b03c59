"""The link of one click with which the people of a synthetic node sign in. No other node has this address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpResponseRedirect
from django.views.decorators.http import require_safe

from vaern.node.demo.sign_in import person_of
from vaern.node.organisations import acts
from vaern.node.organisations.access import public
from vaern.node.organisations.account_actions import note_own
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public("signs in invented people, by a link that only the terminal of a synthetic node shows")
@require_safe
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in whoever the link is for, as if they had given both factors."""
    if not settings.CONFIGURATION.synthetic:
        raise Http404
    id = person_of(token)
    person = Person.everybody.filter(pk=id, is_active=True).first() if id else None
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    record_authentication(request, person, "password", email=person.email)
    factor = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if factor is not None:
        record_authentication(request, person, "mfa", id=factor.pk, type=factor.type)
    UserSession.objects.create_from_request(request)
    note_own(person, acts.SIGNED_IN)
    return HttpResponseRedirect("/")
