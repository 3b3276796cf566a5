from django.db import migrations

from hongxian.portal import own

# Of staff and stores a person learns what they are called, never a number or a name of their own.
STAFF = "(SELECT staff.alias FROM org_staff AS staff WHERE staff.id = own.staff_id) AS staff"
STORE = "(SELECT store.name FROM org_store AS store WHERE store.id = own.store_id) AS store"
TEAM = "(SELECT team.name FROM org_team AS team WHERE team.id = own.team_id) AS team"
POOL = "(SELECT pool.kind FROM pools_pool AS pool WHERE pool.id = own.pool_id) AS pool"
MEMBER = f"(own.city_id, own.member_id) = {own.WHOSE}"
NUMBER = f"own.number_hash = ANY ({own.NUMBERS})"
EITHER = f"({MEMBER} OR own.city_id = 0 AND {NUMBER})"
OTHER = (
    "(SELECT other.place FROM letters_other AS other WHERE other.city_id = own.city_id AND other.member_id = own.member_id"
    " AND other.other_ref = own.other_ref) AS place"
)
FACETS = "sex birth_year height_cm education income_band marital district".split()  # noqa: SIM905


def staff(column: str, name: str) -> str:
    return f"(SELECT staff.alias FROM org_staff AS staff WHERE staff.id = own.{column}) AS {name}"  # noqa: S608 - our own words


def protecting(column: str) -> str:
    """A code without the word that would say who reported this person to the fraud desk."""
    return f"CASE own.{column} WHEN 'fraud' THEN 'other' ELSE own.{column} END AS {column}"


def of_member(name: str, table: str, columns: str, *more: str, where: str = MEMBER) -> migrations.RunSQL:
    """Rows of a member who lives; of somebody who has died kin get no copy."""
    return own.copy_view(f"portal_copy_{name}", table, [*columns.split(), *more], [where, own.ALIVE])


def of_number(name: str, table: str, columns: str, *more: str) -> migrations.RunSQL:
    return own.copy_view(f"portal_copy_{name}", table, [*columns.split(), *more], [NUMBER])


THING = (
    "EXISTS (SELECT FROM rights_{0} AS thing WHERE own.thing = '{0}' AND thing.city_id = own.city_id AND thing.id = own.thing_id"
    " AND (" + MEMBER.replace("own.", "thing.") + " OR thing.city_id = 0 AND " + NUMBER.replace("own.", "thing.") + "))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0006_requests"),
        ("audit", "0003_sealed_log"),
        ("consent", "0002_assessments"),
        ("intake", "0002_lines_of_a_member"),
        ("letters", "0001_initial"),
        ("members", "0002_corrections"),
        ("org", "0003_session_epoch"),
        ("outreach", "0002_call_by_month"),
        ("pools", "0002_ledger_by_month"),
        ("rights", "0001_initial"),
        ("safety", "0001_initial"),
        ("vault", "0006_corrected"),
    ]

    operations = [
        of_member(
            "record",
            "members_member",
            "id person_id state suppressed_at origin source registered_on created_at sex birth_year height_cm education income_band"
            " marital housing car home_city district occupation intends has_criteria grade grade_score grade_inputs profiling_off"
            " contact_until last_contact_at contacts",
            STORE,
            where=MEMBER.replace("member_id)", "id)", 1),
        ),
        of_member("correction", "members_correction", "id field before after envelope_id at via"),
        of_member("receipt", "consent_receipt", "id purpose given_on valid_until evidence notice_hash origin recorded_at"),
        of_member("withdrawal", "consent_withdrawal", "id purpose recorded_at via"),
        of_member("refusal", "consent_refusal", "id purpose notice_hash recorded_at"),
        of_number("no", "consent_suppression", "origin reason recorded_at", STAFF, STORE),
        of_number("lifting", "consent_lifting", "lifted_at proof"),
        of_member("envelope", "vault_envelope", "id held sealed_at corrected", STAFF, STORE),
        of_member("ground", "vault_ground", "kind until", STAFF, where=f"{MEMBER} AND own.kind <> 'case'"),
        of_member("permit", "vault_permit", "id channel purpose issued_at latest_at used_at", STAFF),
        of_member("pushed", "vault_pushed", "id ground kind pushed_at until revoked_at", STAFF),
        of_number("code", "vault_code", "issued_at until tries used_at"),
        own.copy_view(
            "portal_copy_visit",
            "vault_visit",
            ["scope", "opened_at", "until", "ended_at"],
            [f"own.number_hashes && {own.NUMBERS}"],
        ),
        of_member("viewed", "letters_viewed", "id at birth_from height_from education district kept_until", OTHER),
        of_member("sent", "letters_sent", "id at kept_until", OTHER),
        of_member("entry", "pools_entry", " ".join(["rank", "since", *FACETS]), POOL),
        of_member(
            "holding",
            "pools_holding",
            "rank how held_since held_until call_back_at last_outcome last_contact_at last_tried_at silent_slots",
            STAFF,
            POOL,
        ),
        of_member("resting", "pools_resting", "until", protecting("reason"), POOL),
        of_member("former", "pools_former", "until", STAFF, TEAM),
        of_member(
            "ledger", "pools_ledger", "id at day move kind charged", protecting("reason"), STAFF, staff("by_staff_id", "by"), POOL
        ),
        of_member("call", "outreach_call", "id at seconds permit_id filed", protecting("outcome"), STAFF, STORE, TEAM),
        of_member("line", "intake_line", "run_id row_no label result reason merged_into consent suppressed warnings"),
        of_member(
            "request",
            "rights_request",
            "id kind state opened_at due_on remind_on reminded_at escalated_at answered_at said_id answer_id refusal_reason"
            " complaint_route",
            staff("handled_by", "handler"),
            where=EITHER,
        ),
        of_member(
            "complaint",
            "rights_complaint",
            "id about staff_alias opened_at escalated_at closed_at closed_role reopened_at said_id answer_id",
            STORE,
            staff("closed_by", "handler"),
            where=EITHER,
        ),
        of_member(
            "event",
            "rights_event",
            "id thing thing_id at who what words_id",
            STAFF,
            where=f"({THING.format('request')} OR {THING.format('complaint')})",
        ),
        of_member(
            "report",
            "safety_report",
            "id at about kind",
            where=MEMBER.replace("member_id)", "reporter_id)", 1) + " AND own.reporter_kind = 'member'",
        ),
        # What an incident touched is told once the privacy office has its notice out.
        of_member(
            "affected",
            "rights_affected",
            "incident_id fields reads first_at last_at",
            where=f"{MEMBER} AND EXISTS (SELECT FROM rights_incident AS incident WHERE incident.id = own.incident_id"
            " AND incident.notified_at IS NOT NULL)",
        ),
        # Who looked: what is sealed is found by the member's leaves, the few seconds since by the traces themselves.
        migrations.RunSQL(
            f"""
            CREATE VIEW portal_copy_look WITH (security_barrier) AS
            SELECT own.id, own.at, own.role, {STAFF}, {STORE}, own.process, own.action, own.purpose, own.ground, own.fields, own.outcome,
                   own.reason, own.permit_id, leaf.number
              FROM audit_leaf AS leaf
              JOIN audit_trace AS own ON own.city_id = leaf.city_id AND own.at = leaf.trace_at AND own.id = leaf.trace_id
             WHERE (leaf.city_id, leaf.member_id) = {own.WHOSE} AND {own.ALIVE}
            UNION ALL
            SELECT own.id, own.at, own.role, {STAFF}, {STORE}, own.process, own.action, own.purpose, own.ground, own.fields, own.outcome,
                   own.reason, own.permit_id, NULL
              FROM audit_trace AS own
             WHERE own.id > (SELECT head.low FROM audit_head AS head)
               AND own.at > coalesce((SELECT max(point.at) FROM audit_checkpoint AS point), '-infinity'::timestamptz) - interval '1 day'
               AND own.city_id = (SELECT visitor.city_id FROM portal_visitor AS visitor WHERE visitor.scope = 'full')
               AND (SELECT visitor.member_id FROM portal_visitor AS visitor WHERE visitor.scope = 'full') = ANY (own.member_ids)
               AND {own.ALIVE}
            """,  # noqa: S608 - our own words
            "DROP VIEW portal_copy_look",
        ),
    ]
