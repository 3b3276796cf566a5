import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0007_sessions")]

    operations = [
        migrations.CreateModel(
            name="Edit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("thing_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField()),
                ("effective_from", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.BigIntegerField()),
                ("why", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["city", "store", "team", "staff"])), name="org_edit_is_of_a_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effective_from__gte", models.F("made_at"))), name="org_edit_changes_nothing_past"
                    ),
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="org_edit_says_why"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EditDone",
            fields=[
                ("edit_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("how", models.TextField()),
                ("by", models.BigIntegerField()),
                ("why", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["applied", "withdrawn", "refused"])), name="org_editdone_how_is_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code_hash", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.BigIntegerField()),
                ("until", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "staff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.staff"),
                ),
            ],
            options={"indexes": [models.Index(fields=["staff", "-id"], name="org_invitation_newest")]},
        ),
    ]
