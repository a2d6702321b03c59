"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from vaern.node.organisations import (
    views,
    views_account,
    views_directory,
    views_invitations,
    views_keys,
    views_lists,
    views_people,
)

app_name = "organisations"

urlpatterns = [
    path("directory/", views_directory.directory, name="directory"),
    path("directory/countries/", views_directory.countries, name="countries"),
    path("directory/countries/new/", views_directory.new_country, name="new-country"),
    path("directory/countries/<uuid:id>/", views_directory.change_country, name="country"),
    path("directory/new/", views_directory.new_organisation, name="new-organisation"),
    path("directory/<uuid:id>/", views_directory.organisation, name="organisation"),
    path("directory/<uuid:id>/change/", views_directory.change_organisation, name="change-organisation"),
    path("directory/<uuid:id>/active/", views_directory.set_active, name="organisation-active"),
    path("people/", views_people.people, name="people"),
    path("people/invite/", views_invitations.invite, name="invite"),
    path("people/invitations/", views_invitations.invitations, name="invitations"),
    path("people/invitations/<uuid:id>/resend/", views_invitations.resend, name="resend-invitation"),
    path("people/invitations/<uuid:id>/withdraw/", views_invitations.withdraw, name="withdraw-invitation"),
    path("people/<uuid:id>/", views_people.person, name="person"),
    path("people/<uuid:id>/roles/", views_people.change_roles, name="change-roles"),
    path("people/<uuid:id>/deactivate/", views_people.deactivate, name="deactivate"),
    path("people/<uuid:id>/reactivate/", views_people.reactivate, name="reactivate"),
    path("people/<uuid:id>/keep/", views_people.keep, name="keep-person"),
    path("people/<uuid:id>/second-factor/", views_people.reset_second_factor, name="reset-second-factor"),
    path("people/<uuid:id>/erase/", views_people.erase, name="erase-person"),
    path("keys/", views_keys.keys, name="keys"),
    path("keys/new/", views_keys.new_key, name="new-key"),
    path("keys/<uuid:id>/revoke/", views_keys.revoke, name="revoke-key"),
    path("account/", views_account.account, name="account"),
    path("account/profile/", views_account.profile, name="profile"),
    path("account/single-keys/", views_account.single_keys, name="single-keys"),
    path("account/sessions/end/", views_account.end_sessions, name="end-sessions"),
    path("account/second-factor/set-up/", views_account.second_factor, name="second-factor"),
    path("admin-session/", views_account.admin_session, name="admin-session"),
    path("lists/<slug:name>/download/", views_lists.download, name="download"),
    path("permissions/", views.permissions, name="permissions"),
    path("invitation/<str:token>/", views_invitations.accept, name="accept"),
]
