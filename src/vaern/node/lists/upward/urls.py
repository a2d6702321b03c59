"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.upward import views, views_files

urlpatterns = [
    path("hash-lists/<uuid:id>/source/feedback/", views.tell_source, name="tell-source"),
    path("hash-lists/<uuid:id>/source/told/", views.source_told, name="source-told"),
    path("hash-lists/<uuid:id>/source/files/", views_files.files, name="feedback-files"),
    path("hash-lists/<uuid:id>/source/files/new/", views_files.take_out, name="take-feedback"),
    path("hash-lists/<uuid:id>/source/files/<int:number>/given/", views_files.give, name="feedback-given"),
    path("hash-lists/<uuid:id>/source/files/<int:number>/not-given/", views_files.not_given, name="feedback-not-given"),
]
