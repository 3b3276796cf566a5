from django.db import migrations

RULES = [("X", "A", 20, 50, 10, 200), ("Y", "B", 20, 50, 8, 200), ("Z", "C", 20, 50, 5, 200)]


def write(apps, schema_editor) -> None:  # noqa: ANN001, ARG001 - Django's signature
    rule = apps.get_model("org", "TierRule")
    rule.objects.bulk_create(
        [
            rule(tier=tier, best_grade=grade, store_cap=store, city_cap=city, share=share, holding_cap=holding)
            for tier, grade, store, city, share, holding in RULES
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
