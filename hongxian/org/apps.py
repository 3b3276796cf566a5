from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "hongxian.org"
    label = "org"
