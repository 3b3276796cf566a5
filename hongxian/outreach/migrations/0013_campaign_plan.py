from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

ONCE = """
CREATE UNIQUE INDEX outreach_message_once_a_campaign ON outreach_message (city_id, at, campaign_id, member_id)
 WHERE campaign_id IS NOT NULL
"""

# Beside the tasks that the pages may add already (portal/migrations/0010): those of campaigns are the desk's.
JOBS = r"""
CREATE POLICY jobs_of_campaigns ON procrastinate_jobs FOR INSERT WITH CHECK (
    current_user LIKE '%\_desk' AND lock IS NULL AND queueing_lock IS NULL AND scheduled_at IS NULL
    AND task_name IN ('plan_campaign', 'settle_campaign'))
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0012_forget_texts"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.AddField("campaign", "variables", models.JSONField(default=dict, db_default={})),
        migrations.AddField("campaign", "team_id", models.BigIntegerField(null=True)),
        migrations.AddField("campaign", "asked_role", models.TextField(default="", db_default="")),
        migrations.AddField("campaign", "request_key", models.UUIDField(db_default=RandomUUID())),
        migrations.AddField("campaign", "planning_at", models.DateTimeField(null=True)),
        migrations.AddField("campaign", "walked_to", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("campaign", "walked", models.IntegerField(default=0, db_default=0)),
        migrations.AddConstraint(
            "campaign", models.UniqueConstraint(fields=["city_id", "request_key"], name="outreach_campaign_asked_once")
        ),
        migrations.RunSQL(ONCE, "DROP INDEX outreach_message_once_a_campaign"),
        migrations.RunSQL(JOBS, "DROP POLICY jobs_of_campaigns ON procrastinate_jobs"),
    ]
