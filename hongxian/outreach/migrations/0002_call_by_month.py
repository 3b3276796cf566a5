from django.db import migrations

from hongxian.kernel.partitions import make_monthly


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial"), ("audit", "0002_trace_by_month")]

    operations = [
        make_monthly(
            "outreach_call",
            """member_id bigint NOT NULL,
            staff_id bigint NOT NULL,
            team_id bigint,
            store_id bigint,
            outcome text NOT NULL,
            seconds integer CONSTRAINT outreach_call_seconds CHECK (seconds >= 0),
            permit_id bigint,
            filed text NOT NULL DEFAULT 'hand',
            request_key uuid NOT NULL""",
            "outreach_call_of_member (city_id, member_id, at)",
            "outreach_call_of_staff (city_id, staff_id, at)",
        ),
        migrations.RunSQL(
            "ALTER TABLE outreach_tally SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)",
            migrations.RunSQL.noop,
        ),
    ]
