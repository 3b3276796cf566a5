from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "hongxian.letters"
    label = "letters"
