from django.db import migrations, models


class Migration(migrations.Migration):
    """Store and team join the key of the counts of texts. Nothing has been counted yet: the table is made anew."""

    dependencies = [("outreach", "0006_texts_and_calls_by_month")]

    operations = [
        migrations.DeleteModel(name="TextTally"),
        migrations.CreateModel(
            name="TextTally",
            fields=[
                ("city_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "city_id",
                        "staff_id",
                        "version_id",
                        "how",
                        "span",
                        "begins",
                        "store_id",
                        "team_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("staff_id", models.BigIntegerField()),
                ("version_id", models.BigIntegerField()),
                ("how", models.TextField()),
                ("span", models.CharField(max_length=4)),
                ("begins", models.DateTimeField()),
                ("store_id", models.BigIntegerField()),
                ("team_id", models.BigIntegerField()),
                ("handed", models.IntegerField(default=0)),
                ("parts", models.IntegerField(default=0)),
                ("delivered", models.IntegerField(default=0)),
                ("failed", models.IntegerField(default=0)),
                ("unknown", models.IntegerField(default=0)),
                ("dropped", models.IntegerField(default=0)),
                ("opted_out", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["city_id", "store_id", "span", "begins"], name="outreach_texttally_of_store")],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE outreach_texttally SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)",
            migrations.RunSQL.noop,
        ),
    ]
