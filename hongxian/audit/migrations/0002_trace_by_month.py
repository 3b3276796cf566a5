from django.db import migrations

from hongxian.kernel.partitions import make_extender, make_monthly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        make_extender(),
        make_monthly(
            "audit_trace",
            """staff_id bigint NOT NULL,
            role text NOT NULL,
            store_id bigint,
            process text NOT NULL,
            action text NOT NULL,
            purpose text NOT NULL,
            ground text NOT NULL DEFAULT '',
            member_ids bigint[] NOT NULL,
            fields text[] NOT NULL,
            outcome text NOT NULL CONSTRAINT audit_trace_outcome CHECK (outcome IN ('allowed', 'denied')),
            reason text NOT NULL DEFAULT '',
            permit_id bigint""",
            "audit_trace_by_staff (city_id, staff_id, at)",
        ),
    ]
