"""The addresses of the demonstration; `node/urls.py` includes them where the node is synthetic."""

from __future__ import annotations

from django.urls import path

from vaern.node.demo import views
from vaern.node.demo.nodes import views as nodes

app_name = "demo"
urlpatterns = [
    path("demo/", views.people, name="roles"),
    path("demo/mail/", views.mail, name="mailbox"),
    path("demo/mail/<str:name>/", views.one_mail, name="one-mail"),
    path("demo/story/", nodes.show, name="story"),
    path("demo/story/next/", nodes.go_on, name="story-next"),
    path("demo/tour/", views.tour, name="tour"),
    path("demo/tour/leave/", views.leave, name="tour-leave"),
    path("demo/tour/receipt/<str:token>/", views.receipt, name="tour-receipt"),
    path("demo/tour/<int:number>/", views.stop, name="tour-stop"),
    path("demo/factsheet/", views.factsheet, name="factsheet"),
    path("demo/enter/<str:token>/", views.enter, name="enter"),
    path("demo/sign-in/<str:token>/", views.sign_in, name="sign-in"),
]
