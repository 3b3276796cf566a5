"""The desk's root."""

from django.urls import include, path

urlpatterns = [path("", include("hongxian.desk.urls"))]
