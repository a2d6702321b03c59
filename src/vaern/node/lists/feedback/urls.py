"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.feedback import views

urlpatterns = [
    path("hash-lists/<uuid:id>/entries/<int:number>/contest/", views.contest, name="contest"),
    path("hash-lists/feedback/", views.feedback, name="feedback"),
    path("hash-lists/feedback/<int:number>/answer/", views.answer, name="answer-feedback"),
    path("hash-lists/contested/", views.contests, name="contested"),
]
