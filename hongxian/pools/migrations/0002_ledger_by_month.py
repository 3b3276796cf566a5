from django.db import migrations

from hongxian.kernel.partitions import make_monthly


class Migration(migrations.Migration):
    dependencies = [("pools", "0001_initial"), ("audit", "0002_trace_by_month")]

    operations = [
        make_monthly(
            "pools_ledger",
            """day date NOT NULL,
            move text NOT NULL,
            member_id bigint NOT NULL,
            staff_id bigint NOT NULL,
            by_staff_id bigint NOT NULL,
            pool_id bigint NOT NULL,
            kind text NOT NULL,
            charged smallint NOT NULL DEFAULT 0,
            reason text NOT NULL DEFAULT ''""",
            "pools_ledger_of_staff (city_id, staff_id, at)",
            "pools_ledger_of_member (city_id, member_id, at)",
        ),
        # Rows that change many times a day stay on their page (HOT); vacuum comes by a fixed number of dead rows, not by a
        # share of millions, so that the head of a pool's index never fills with the dead.
        migrations.RunSQL(
            """
            ALTER TABLE pools_quota SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
            ALTER TABLE pools_hand SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
            ALTER TABLE pools_entry SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                                         autovacuum_vacuum_cost_delay = 0);
            ALTER TABLE pools_holding SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                                           autovacuum_vacuum_cost_delay = 0);
            ALTER TABLE pools_hint SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 200,
                                        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000);
            """,
            migrations.RunSQL.noop,
        ),
    ]
