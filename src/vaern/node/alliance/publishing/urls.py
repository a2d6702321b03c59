"""The addresses of what was released, for everybody, and of releasing it."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.publishing import views, views_public

urlpatterns = [
    path("progress/", views_public.progress, name="public-progress"),
    path("progress/<slug:release>/", views_public.progress, name="released"),
    path("progress/<slug:release>/indicators/<slug:code>/", views_public.indicator, name="released-indicator"),
    path("progress/<slug:release>/<str:name>", views_public.file, name="released-file"),
    path("alliance/releases/", views.releases, name="releases"),
    path("alliance/releases/received/<uuid:id>/", views.received, name="received-release"),
    path("alliance/releases/previews/", views.ask, name="release-previews"),
    path("alliance/releases/previews/<uuid:id>/", views.preview, name="release-preview"),
    path("alliance/releases/previews/<uuid:id>/progress/", views.preview_progress, name="release-preview-progress"),
    path("alliance/releases/previews/<uuid:id>/release/", views.release, name="release-figures"),
    path("alliance/releases/<int:number>/correct/", views.correct, name="release-correction"),
]
