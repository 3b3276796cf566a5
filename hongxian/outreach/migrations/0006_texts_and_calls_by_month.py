from django.db import migrations

from hongxian.kernel.partitions import make_monthly


class Migration(migrations.Migration):
    dependencies = [("outreach", "0005_texts_and_calls"), ("audit", "0002_trace_by_month")]

    operations = [
        make_monthly(
            "outreach_message",
            """member_id bigint NOT NULL,
            staff_id bigint NOT NULL,
            team_id bigint,
            store_id bigint,
            how text NOT NULL CONSTRAINT outreach_message_how CHECK (how IN ('hand', 'library', 'campaign', 'automatic')),
            purpose text NOT NULL,
            version_id bigint NOT NULL,
            campaign_id bigint,
            variables jsonb NOT NULL DEFAULT '{}',
            parts smallint,
            state text NOT NULL DEFAULT 'waiting' CONSTRAINT outreach_message_state CHECK
                (state IN ('waiting', 'handing', 'handed', 'delivered', 'failed', 'unknown', 'dropped', 'stopped')),
            reason text NOT NULL DEFAULT '',
            permit_id bigint,
            gateway text NOT NULL DEFAULT '',
            latest_at timestamptz NOT NULL,
            handing_at timestamptz,
            handed_at timestamptz,
            ended_at timestamptz,
            request_key uuid NOT NULL,
            CONSTRAINT outreach_message_no_hand_over_without_a_permit
                CHECK (state IN ('waiting', 'dropped', 'stopped') OR (permit_id IS NOT NULL AND handing_at IS NOT NULL))""",
            "outreach_message_of_member (city_id, member_id, at)",
            "outreach_message_of_staff (city_id, staff_id, at)",
            "outreach_message_of_campaign (city_id, campaign_id, state) WHERE campaign_id IS NOT NULL",
            "outreach_message_waiting (city_id, at, id) WHERE state = 'waiting'",
            "outreach_message_open (city_id, handing_at) WHERE state IN ('handing', 'handed')",
        ),
        make_monthly(
            "outreach_placedcall",
            """member_id bigint NOT NULL,
            staff_id bigint NOT NULL,
            team_id bigint,
            store_id bigint,
            permit_id bigint,
            gateway text NOT NULL DEFAULT '',
            gateway_ref text NOT NULL DEFAULT '',
            dialer text NOT NULL DEFAULT '',
            state text NOT NULL DEFAULT 'asked' CONSTRAINT outreach_placedcall_state CHECK
                (state IN ('asked', 'consultant', 'member', 'talking', 'ended')),
            cause text NOT NULL DEFAULT '',
            consultant_at timestamptz,
            member_at timestamptz,
            talking_at timestamptz,
            ended_at timestamptz,
            seen_at timestamptz,
            nine_at timestamptz,
            recording text NOT NULL DEFAULT '',
            filed_at timestamptz,
            request_key uuid NOT NULL,
            CONSTRAINT outreach_placedcall_ended_with_a_cause
                CHECK ((state = 'ended') = (ended_at IS NOT NULL) AND (state <> 'ended' OR cause <> ''))""",
            "outreach_placedcall_of_member (city_id, member_id, at)",
            "outreach_placedcall_of_staff (city_id, staff_id, at)",
            "outreach_placedcall_open (city_id, at) WHERE state <> 'ended'",
        ),
        migrations.RunSQL(
            "ALTER TABLE outreach_texttally SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)",
            migrations.RunSQL.noop,
        ),
    ]
