from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0009_retiring"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_by", None), models.Q(("ended_by", models.F("staff_id")), _negated=True), _connector="OR"
                ),
                name="outreach_pause_ended_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(
                        ("ended_at__isnull", False), ("ended_by__isnull", False), models.Q(("ended_why", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="outreach_pause_ended_with_a_note",
            ),
        ),
        migrations.RunSQL(
            "CREATE INDEX outreach_message_by_hand ON outreach_message (city_id, store_id, at) WHERE how IN ('hand', 'library')",
            "DROP INDEX outreach_message_by_hand",
        ),
    ]
