"""The portal's root."""

from django.urls import include, path

urlpatterns = [path("", include("hongxian.portal.urls"))]
