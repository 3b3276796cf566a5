from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pools", "0004_dealings_and_duty")]

    operations = [
        migrations.CreateModel(
            name="Reshuffle",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "city_id", "month", "run", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("city_id", models.IntegerField()),
                ("month", models.DateField()),
                ("run", models.SmallIntegerField()),
                ("pool_id", models.BigIntegerField()),
                ("seed", models.BigIntegerField()),
                ("by_staff_id", models.BigIntegerField(db_default=0)),
                ("why", models.TextField(db_default="", default="")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("walked_to", models.BigIntegerField(db_default=0)),
                ("walked", models.IntegerField(db_default=0)),
                ("moved", models.IntegerField(db_default=0)),
                ("regraded", models.IntegerField(db_default=0)),
                ("left_out", models.IntegerField(db_default=0)),
            ],
            options={"abstract": False},
        ),
    ]
