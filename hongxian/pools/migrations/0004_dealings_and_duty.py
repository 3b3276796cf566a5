from django.db import migrations, models

# Django cannot alter a composite key; the state and the table are told separately.
TO_RUNS = """
    ALTER TABLE pools_dealt ADD COLUMN run smallint NOT NULL DEFAULT 1;
    ALTER TABLE pools_dealt DROP CONSTRAINT pools_dealt_pkey;
    ALTER TABLE pools_dealt ADD CONSTRAINT pools_dealt_pkey PRIMARY KEY (city_id, store_id, day, run);
"""
BACK = """
    DELETE FROM pools_dealt WHERE run > 1;
    ALTER TABLE pools_dealt DROP CONSTRAINT pools_dealt_pkey;
    ALTER TABLE pools_dealt DROP COLUMN run;
    ALTER TABLE pools_dealt ADD CONSTRAINT pools_dealt_pkey PRIMARY KEY (city_id, store_id, day);
"""
NEW_KEY = models.CompositePrimaryKey(
    "city_id", "store_id", "day", "run", blank=True, editable=False, primary_key=True, serialize=False
)


class Migration(migrations.Migration):
    dependencies = [("pools", "0003_hand_of_a_store")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_RUNS, BACK)],
            state_operations=[
                migrations.AddField("dealt", "run", models.SmallIntegerField(db_default=1)),
                migrations.RemoveField("dealt", "pk"),
                migrations.AddField("dealt", "pk", NEW_KEY),
            ],
        ),
        migrations.AddField("dealt", "by_staff_id", models.BigIntegerField(db_default=0)),
        migrations.AddField("dealt", "undone_at", models.DateTimeField(null=True)),
        migrations.AddField("dealt", "undone_by", models.BigIntegerField(null=True)),
        migrations.AddField("dealt", "undone_why", models.TextField(db_default="", default="")),
        migrations.AddField("dealt", "returned", models.IntegerField(db_default=0)),
        migrations.AddField("dealt", "stayed", models.IntegerField(db_default=0)),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "city_id", "staff_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("city_id", models.IntegerField()),
                ("staff_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("off", models.BooleanField(db_default=False)),
                ("here_at", models.DateTimeField(null=True)),
                ("set_by", models.BigIntegerField(null=True)),
                ("set_at", models.DateTimeField(null=True)),
                ("why", models.TextField(db_default="", default="")),
            ],
            options={"abstract": False},
        ),
    ]
