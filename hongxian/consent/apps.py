from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "hongxian.consent"
    label = "consent"
