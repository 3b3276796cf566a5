from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "hongxian.pools"
    label = "pools"
