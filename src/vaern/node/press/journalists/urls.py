"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.press.journalists import views, views_public

urlpatterns = [
    path("press/", views_public.public_events, name="public-events"),
    path("press/at/<slug:name>/", views_public.register, name="register"),
    path("press/at/<slug:name>/sent/", views_public.sent, name="sent"),
    path("press/mine/<slug:token>/", views_public.mine, name="mine"),
    path("press/mine/<slug:token>/badge.pdf", views_public.badge, name="badge"),
    path("press/registrations/<uuid:id>/", views.registration, name="registration"),
    path("press/registrations/<uuid:id>/check/", views.check, name="check"),
    path("press/registrations/<uuid:id>/accept/", views.accept, name="accept"),
    path("press/registrations/<uuid:id>/refuse/", views.refuse, name="refuse"),
    path("press/registrations/<uuid:id>/reconsider/", views.reconsider, name="reconsider"),
]
