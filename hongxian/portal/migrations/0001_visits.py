from django.db import migrations

from hongxian.portal import own

TRACE = (
    "city_id at id staff_id role store_id process action purpose ground member_ids fields outcome reason permit_id".split()  # noqa: SIM905
)
MEMBER = (
    "city_id id state store_id source registered_on created_at sex birth_year height_cm education income_band marital housing car"  # noqa: SIM905
    " home_city district occupation intends has_criteria grade grade_score grade_inputs profiling_off contact_until"
    " last_contact_at contacts suppressed_at".split()
)
RECEIPT = "city_id id member_id purpose given_on valid_until evidence notice_hash origin recorded_at".split()  # noqa: SIM905

THEIRS = "SELECT visitor.city_id, ARRAY[visitor.member_id] FROM portal_visitor AS visitor"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0002_trace_by_month"),
        ("consent", "0001_initial"),
        ("members", "0001_initial"),
        ("org", "0001_initial"),
        ("vault", "0003_visits"),
    ]

    operations = [
        # The one place where a token becomes a person. The clock is the database's: nobody hands one in.
        migrations.RunSQL(
            """
            CREATE VIEW portal_visitor WITH (security_barrier) AS
            SELECT visit.city_id, visit.member_id, visit.number_hashes, visit.scope, visit.opened_at, coalesce(member.state, '') AS state
              FROM vault_visit AS visit
              LEFT JOIN members_member AS member ON member.city_id = visit.city_id AND member.id = visit.member_id
             WHERE visit.token_hash = sha256(convert_to(current_setting('hongxian.visit', true), 'UTF8'))
               AND visit.until > now() AND visit.ended_at IS NULL AND coalesce(member.state, '') <> 'erased'
            """,
            "DROP VIEW portal_visitor",
        ),
        own.view(
            "portal_own_visit",
            "vault_visit",
            ["token_hash", "until", "ended_at"],
            ["own.token_hash = sha256(convert_to(current_setting('hongxian.visit', true), 'UTF8'))", "own.until > now()"],
        ),
        own.view(
            "portal_trace",
            "audit_trace",
            TRACE,
            [
                "own.process = 'portal' AND own.role = 'member' AND own.staff_id = 0",
                f"(cardinality(own.member_ids) = 0 OR (own.city_id, own.member_ids) = ({THEIRS}))",
            ],
        ),
        own.make_view("portal_own_member", "members_member", MEMBER, member="id"),
        own.make_view("portal_own_receipt", "consent_receipt", RECEIPT),
        own.make_view("portal_own_withdrawal", "consent_withdrawal", "city_id id member_id purpose recorded_at via".split()),  # noqa: SIM905
        own.make_number_view(
            "portal_own_suppression",
            "consent_suppression",
            "number_hash origin reason recorded_at staff_id store_id".split(),  # noqa: SIM905
        ),
        own.make_number_view("portal_own_lifting", "consent_lifting", ["number_hash", "lifted_at", "proof"]),
        # Lifting needs a code of just now, not a session that lay open somewhere.
        own.make_number_view(
            "portal_new_lifting",
            "consent_lifting",
            ["number_hash", "lifted_at", "proof"],
            where="EXISTS (SELECT FROM portal_visitor AS visitor WHERE visitor.scope = 'full'"
            " AND visitor.opened_at > now() - interval '15 minutes')",
        ),
        migrations.RunSQL("CREATE VIEW portal_city AS SELECT id, code, name, name_en FROM org_city", "DROP VIEW portal_city"),
        migrations.RunSQL(
            "CREATE VIEW portal_store AS SELECT id, city_id, code, name, name_en FROM org_store", "DROP VIEW portal_store"
        ),
        # Of staff, members know the alias, the role and the store.
        migrations.RunSQL(
            "CREATE VIEW portal_staff AS SELECT id, alias, role, store_id FROM org_staff", "DROP VIEW portal_staff"
        ),
    ]
