from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "hongxian.rights"
    label = "rights"
