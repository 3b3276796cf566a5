from django.db import migrations

WHOSE = "(SELECT visitor.city_id, visitor.member_id FROM portal_visitor AS visitor WHERE visitor.scope = 'full' AND visitor.state <> 'deceased')"


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_checkpoint_key"),
        ("portal", "0003_consents"),
    ]

    operations = [
        # What is sealed about the visitor. Of staff there is the alias; the number that the leaf was sealed with stays beside it.
        migrations.RunSQL(
            f"""
            CREATE VIEW portal_own_look WITH (security_barrier) AS
            SELECT own.index, own.number, own.commitment, trace.city_id, trace.at, trace.id, trace.staff_id, trace.role, trace.store_id,
                   trace.process, trace.action, trace.purpose, trace.ground, trace.fields, trace.outcome, trace.reason,
                   trace.permit_id, coalesce(staff.alias, '') AS alias, coalesce(store.name, '') AS store_name,
                   coalesce(store.name_en, '') AS store_name_en
              FROM audit_leaf AS own
              JOIN audit_trace AS trace ON trace.city_id = own.city_id AND trace.at = own.trace_at AND trace.id = own.trace_id
              LEFT JOIN org_staff AS staff ON staff.id = trace.staff_id
              LEFT JOIN org_store AS store ON store.id = trace.store_id
             WHERE (own.city_id, own.member_id) = {WHOSE}
            """,  # noqa: S608 - our own words
            "DROP VIEW portal_own_look",
        ),
        migrations.RunSQL(
            f"""
            CREATE VIEW portal_own_salt WITH (security_barrier) AS
            SELECT own.city_id, own.member_id, own.salt, own.leaves FROM audit_person AS own WHERE (own.city_id, own.member_id) = {WHOSE}
            """,  # noqa: S608 - our own words
            "DROP VIEW portal_own_salt",
        ),
        # The tree is the same for everybody, and its hashes tell nothing about anybody.
        migrations.RunSQL("CREATE VIEW portal_log_leaf AS SELECT index, hash FROM audit_leaf", "DROP VIEW portal_log_leaf"),
        migrations.RunSQL(
            "CREATE VIEW portal_log_node AS SELECT height, number, hash FROM audit_node", "DROP VIEW portal_log_node"
        ),
        migrations.RunSQL(
            "CREATE VIEW portal_log_checkpoint AS SELECT id, size, at, key, note FROM audit_checkpoint",
            "DROP VIEW portal_log_checkpoint",
        ),
    ]
