"""The addresses of the pages about other nodes."""

from __future__ import annotations

from django.urls import path

from vaern.node.exchange.peers import views, views_messages

urlpatterns = [
    path("exchange/", views.peers, name="peers"),
    path("exchange/card/", views.card, name="card"),
    path("exchange/keys/rotate/", views.rotate, name="rotate"),
    path("exchange/meet/", views.meet, name="meet"),
    path("exchange/nodes/<uuid:id>/", views.peer, name="peer"),
    path("exchange/nodes/<uuid:id>/confirm/", views.confirm, name="confirm"),
    path("exchange/nodes/<uuid:id>/agree/", views.agree, name="agree"),
    path("exchange/nodes/<uuid:id>/suspend/", views.suspend, name="suspend"),
    path("exchange/nodes/<uuid:id>/resume/", views.resume, name="resume"),
    path("exchange/nodes/<uuid:id>/end/", views.end, name="end"),
    path("exchange/messages/<int:id>/", views_messages.message, name="message"),
    path("exchange/messages/<int:id>/try-again/", views_messages.try_again, name="try-again"),
    path("exchange/messages/<int:id>/refuse/", views_messages.refuse, name="refuse"),
]
