from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "hongxian.portal"
    label = "portal"
