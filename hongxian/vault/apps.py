from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "hongxian.vault"
    label = "vault"
