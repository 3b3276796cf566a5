"""Every address of the desk. The matrix test walks this list with every role and with nobody."""

from __future__ import annotations

from django.urls import path

from hongxian.desk.pages import account, health, home, training

urlpatterns = [
    path("", home.home),
    path("login/", account.sign_in),
    path("logout/", account.sign_out),
    path("language/", account.language),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("desk/training/", training.course),
]
