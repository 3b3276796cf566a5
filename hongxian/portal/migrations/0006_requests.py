from django.db import migrations

from hongxian.portal import own

# A person with a record is that member; who has none is known by their number, in city 0.
WHOSE = (
    "((own.city_id, own.member_id) = (SELECT visitor.city_id, visitor.member_id FROM portal_visitor AS visitor"
    " WHERE visitor.scope = 'full') OR (own.city_id = 0 AND own.member_id IS NULL AND own.number_hash = ANY (ARRAY("
    "SELECT unnest(visitor.number_hashes) FROM portal_visitor AS visitor WHERE visitor.scope = 'full'))))"
)
# The same for envelopes, where who has no record is named by a number below zero (vault/words.py).
SUBJECT = (
    "((own.city_id, own.member_id) = (SELECT visitor.city_id, visitor.member_id FROM portal_visitor AS visitor"
    " WHERE visitor.scope = 'full') OR (own.city_id = 0 AND own.member_id = ANY (ARRAY("
    "SELECT -1 - ('x' || encode(substring(each.hash FROM 1 FOR 7), 'hex'))::bit(56)::bigint"
    " FROM portal_visitor AS visitor CROSS JOIN unnest(visitor.number_hashes) AS each (hash)"
    " WHERE visitor.scope = 'full' AND visitor.member_id IS NULL))))"
)
THING = (
    "((own.thing = 'request' AND (own.city_id, own.thing_id) IN (SELECT mine.city_id, mine.id FROM portal_own_request AS mine))"
    " OR (own.thing = 'complaint' AND (own.city_id, own.thing_id) IN (SELECT mine.city_id, mine.id FROM portal_own_complaint AS mine)))"
)
JUST_NOW = "own.{} BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'"
REQUEST = (
    "city_id id member_id number_hash kind state opened_at due_on remind_on escalated_at answered_at said_id answer_id"  # noqa: SIM905
    " refusal_reason complaint_route".split()
)
COMPLAINT = (
    "city_id id member_id number_hash about store_id staff_alias opened_at escalated_at closed_at reopened_at said_id".split()  # noqa: SIM905
)
EVENT = "city_id id thing thing_id at who staff_id what words_id".split()  # noqa: SIM905


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_reports"), ("rights", "0001_initial"), ("vault", "0002_words")]

    operations = [
        own.view("portal_own_request", "rights_request", REQUEST, [WHOSE]),
        # The clock is fixed when the request is made, and is never longer than the law's.
        own.view(
            "portal_new_request",
            "rights_request",
            "city_id id member_id number_hash kind state opened_at due_on remind_on said_id".split(),  # noqa: SIM905
            [
                WHOSE,
                "own.state = 'open' AND own.said_id IS NOT NULL",
                JUST_NOW.format("opened_at"),
                "own.due_on BETWEEN own.opened_at::date AND own.opened_at::date + 40",
            ],
        ),
        own.view("portal_own_complaint", "rights_complaint", COMPLAINT, [WHOSE]),
        own.view(
            "portal_new_complaint",
            "rights_complaint",
            "city_id id member_id number_hash about store_id staff_alias opened_at said_id".split(),  # noqa: SIM905
            [WHOSE, "own.said_id IS NOT NULL", JUST_NOW.format("opened_at")],
        ),
        own.view("portal_own_event", "rights_event", EVENT, [THING]),
        own.view(
            "portal_new_event",
            "rights_event",
            EVENT,
            [THING, "own.who = 'person' AND own.staff_id IS NULL AND own.what IN ('opened', 'reopened')", JUST_NOW.format("at")],
        ),
        # What the person writes: sealed before it comes here, and never read back through this window.
        own.view(
            "portal_new_words",
            "vault_envelope",
            "city_id id member_id held words store_id sealed_at".split(),  # noqa: SIM905
            [
                SUBJECT,
                "own.held IN (ARRAY['request_text'], ARRAY['complaint_text']) AND own.staff_id IS NULL",
                JUST_NOW.format("sealed_at"),
            ],
        ),
        own.view(
            "portal_new_words_key",
            "vault_datakey",
            "city_id envelope_id member_id kek_id wrapped".split(),  # noqa: SIM905
            [SUBJECT],
        ),
        migrations.RunSQL(
            """
            CREATE VIEW portal_own_incident WITH (security_barrier) AS
            SELECT incident.id AS incident_id, incident.notified_at, incident.notice_zh, incident.notice_en, affected.fields
              FROM portal_visitor AS visitor
              JOIN rights_affected AS affected ON affected.city_id = visitor.city_id AND affected.member_id = visitor.member_id
              JOIN rights_incident AS incident ON incident.id = affected.incident_id
             WHERE visitor.scope = 'full' AND incident.notified_at IS NOT NULL
            """,
            "DROP VIEW portal_own_incident",
        ),
    ]
