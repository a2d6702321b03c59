"""The address of the demonstration; `node/urls.py` includes it where the node is synthetic."""

from __future__ import annotations

from django.urls import path

from vaern.node.demo import views

app_name = "demo"
urlpatterns = [path("demo/sign-in/<str:token>/", views.sign_in, name="sign-in")]
