from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "hongxian.safety"
    label = "safety"
