from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0007_hang_up"), ("outreach", "0007_text_counts_by_team")]

    operations = [
        migrations.CreateModel(
            name="BusyLine",
            fields=[
                ("city_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "city_id", "staff_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("staff_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("request_key", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(
            """
            ALTER TABLE outreach_placedcall ADD COLUMN refused_at timestamptz;
            CREATE INDEX outreach_placedcall_nine ON outreach_placedcall (city_id, at) WHERE nine_at IS NOT NULL AND refused_at IS NULL;
            CREATE INDEX outreach_placedcall_unfiled ON outreach_placedcall (city_id, staff_id, at)
             WHERE filed_at IS NULL AND state = 'ended' AND member_at IS NOT NULL;
            """,
            """
            DROP INDEX outreach_placedcall_unfiled;
            DROP INDEX outreach_placedcall_nine;
            ALTER TABLE outreach_placedcall DROP COLUMN refused_at;
            """,
        ),
    ]
