"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.subsets import views, views_signed

urlpatterns = [
    path("hash-lists/subsets/", views.subsets, name="subsets"),
    path("hash-lists/subsets/<uuid:id>/", views.subset, name="subset"),
    path("hash-lists/subsets/<uuid:id>/change/", views.change, name="change-subset"),
    path("hash-lists/subsets/<uuid:id>/release/", views.release, name="release-subset"),
    path("hash-lists/subsets/<uuid:id>/release/<uuid:recipient>/end/", views.end_release, name="end-release-subset"),
    path("hash-lists/subsets/<uuid:id>/erase/", views.erase, name="erase-subset"),
    path("hash-lists/subsets/<uuid:id>/signed/propose/", views_signed.propose, name="propose-signed-subset"),
    path("hash-lists/subsets/<uuid:id>/signed/every/", views_signed.every, name="propose-every-subset"),
    path("hash-lists/subsets/<uuid:id>/signed/proposal/", views_signed.take_out, name="take-out-signed-subset"),
    path("hash-lists/subsets/<uuid:id>/signed/hand-in/", views_signed.hand_in, name="hand-in-signed-subset"),
    path("hash-lists/<uuid:id>/subsets/new/", views.new, name="new-subset"),
]
