from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0015_cap_hits_and_rests"),
    ]

    operations = [
        migrations.CreateModel(
            name="DaySum",
            fields=[
                ("city_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "city_id", "begins", "store_id", "team_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("begins", models.DateTimeField()),
                ("store_id", models.BigIntegerField()),
                ("team_id", models.BigIntegerField()),
                ("placed", models.IntegerField()),
                ("talked", models.IntegerField()),
                ("talk_seconds", models.IntegerField()),
                ("calls", models.IntegerField()),
                ("connects", models.IntegerField()),
                ("interested", models.IntegerField()),
                ("visits", models.IntegerField()),
                ("refusals", models.IntegerField()),
                ("handed", models.IntegerField()),
                ("delivered", models.IntegerField()),
                ("dropped", models.IntegerField()),
                ("opted_out", models.IntegerField()),
                ("claims", models.IntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
