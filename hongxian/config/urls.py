"""The root of the desk, and of the door for machines that it serves."""

from django.urls import include, path

urlpatterns = [path("", include("hongxian.api.urls")), path("", include("hongxian.desk.urls"))]
