from django.db import migrations

PACKAGES = [("季度服务", 3, 398_000), ("半年服务", 6, 698_000), ("全年服务", 12, 1_198_000)]


def write(apps, schema_editor) -> None:  # noqa: ANN001, ARG001 - Django's signature
    package = apps.get_model("sales", "Package")
    package.objects.bulk_create([package(name=name, months=months, price_fen=fen) for name, months, fen in PACKAGES])


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
