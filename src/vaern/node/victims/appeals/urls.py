"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.victims.appeals import views, views_public

urlpatterns = [
    path("appeals/", views_public.appeals, name="public-appeals"),
    path("appeals/<slug:code>/", views_public.appeal, name="public-appeal"),
    path("appeals/<slug:code>/tip/", views_public.tip, name="tip"),
    path("series/appeals/", views.appeals, name="appeals"),
    path("series/<uuid:id>/appeal/", views.write, name="write-appeal"),
    path("series/appeals/<uuid:id>/", views.appeal, name="appeal"),
    path("series/appeals/<uuid:id>/check/", views.check, name="check-appeal"),
    path("series/appeals/<uuid:id>/withdraw/", views.withdraw, name="withdraw-appeal"),
]
