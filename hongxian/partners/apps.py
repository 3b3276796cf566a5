from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "hongxian.partners"
    label = "partners"
