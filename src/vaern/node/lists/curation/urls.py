"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.external.views import addresses
from vaern.node.lists.curation import views, views_classes, views_entries
from vaern.node.lists.models import ListEntry
from vaern.node.organisations.rules import Permission

urlpatterns = [
    path("hash-lists/", views.lists, name="lists"),
    path("hash-lists/new/", views.new, name="new"),
    path("hash-lists/<uuid:id>/", views.hash_list, name="list"),
    path("hash-lists/<uuid:id>/terms/", views.terms, name="terms"),
    path("hash-lists/<uuid:id>/keep/", views.keep, name="keep"),
    path("hash-lists/<uuid:id>/erase/", views.erase, name="erase"),
    path("hash-lists/<uuid:id>/release/", views.release, name="release"),
    path("hash-lists/<uuid:id>/release/<uuid:recipient>/end/", views.end_release, name="end-release"),
    path("hash-lists/<uuid:id>/workstation/", views.workstation, name="workstation"),
    path("hash-lists/<uuid:id>/values/", views.values_file, name="values-file"),
    path("hash-lists/<uuid:id>/entries/new/", views_entries.add, name="add-entry"),
    path("hash-lists/<uuid:id>/entries/<int:number>/", views_entries.entry, name="entry"),
    path("hash-lists/<uuid:id>/entries/<int:number>/settle/", views_entries.settle, name="settle"),
    path("hash-lists/<uuid:id>/entries/<int:number>/class/", views_classes.correct, name="class"),
    path("hash-lists/<uuid:id>/entries/<int:number>/class-stays/", views_classes.stays, name="class-stays"),
    path("hash-lists/<uuid:id>/entries/<int:number>/quarantine/", views_entries.quarantine, name="quarantine"),
    path("hash-lists/<uuid:id>/entries/<int:number>/let-go/", views_entries.let_go, name="let-go"),
    path("hash-lists/<uuid:id>/entries/<int:number>/recall/", views_entries.recall, name="recall-entry"),
    path("hash-lists/<uuid:id>/entries/<int:number>/reinstate/", views_entries.reinstate, name="reinstate"),
    *addresses(ListEntry.KIND, "hash-lists/<uuid:id>/entries/<int:number>", Permission.HASHLIST_WORK),
]
