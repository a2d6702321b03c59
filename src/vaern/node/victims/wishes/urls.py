"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.victims.wishes import views, views_public

urlpatterns = [
    path("wishes/", views_public.choose, name="wish-choose"),
    path("wishes/status/", views_public.status, name="wish-status"),
    path("wishes/at/<slug:name>/", views_public.form, name="wish-form"),
    path("series/wishes/", views.wishes, name="wishes"),
    path("series/wishes/found/", views.found, name="wishes-found"),
    path("series/wishes/<uuid:id>/", views.wish, name="wish"),
    path("series/wishes/<uuid:id>/note/", views.note, name="note-wish"),
    path("series/wishes/<uuid:id>/seen/", views.seen, name="seen-wish"),
    path("series/wishes/<uuid:id>/erase/", views.erase, name="erase-wish"),
]
