"""What a look from outside found too wide: each window takes just what the portal itself writes."""

import re
from importlib import import_module

from django.db import migrations

from hongxian.portal import own

letters = import_module("hongxian.portal.migrations.0002_letters")
requests = import_module("hongxian.portal.migrations.0006_requests")
copy = import_module("hongxian.portal.migrations.0007_copy")

JUST_NOW = "own.{} BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'"
# An invalid number rests, too: a word that a report shares with other outcomes tells nobody who reported.
SHARED = "own.{0} IN ('fraud', 'invalid')"
SAID = (
    "EXISTS (SELECT FROM vault_envelope AS envelope WHERE envelope.city_id = own.city_id AND envelope.id = own.{0}"
    " AND " + requests.SUBJECT.replace("own.", "envelope.") + ")"
)
TRACE = letters.TRACE
FEED = (
    "(own.action = 'vault.hash' AND own.city_id = 0 AND own.member_ids = '{}' OR own.action = 'letters.take' AND own.member_ids <@"
    " ARRAY(SELECT home.member_id FROM portal_feed_home AS home WHERE home.city_id = own.city_id))"
)


def masked(column: str) -> str:
    return f"CASE WHEN {SHARED.format(column)} THEN 'other' ELSE own.{column} END AS {column}"


UNTIL = f"CASE WHEN {SHARED.format('reason')} THEN NULL ELSE own.until END AS until"
EARLIER = [import_module(f"hongxian.portal.migrations.{name}") for name in ("0001_visits", "0008_setting_aside")]
EARLIER += [letters, requests, copy]


def anew(name: str, made: migrations.RunSQL) -> migrations.RunSQL:
    """Makes a window again; going back makes it as it was."""
    operations = [each for module in EARLIER for each in module.Migration.operations if isinstance(each, migrations.RunSQL)]
    before = next(each.sql for each in operations if re.match(rf"\s*CREATE VIEW {name}\b", each.sql))
    return migrations.RunSQL(f"DROP VIEW {name}; {made.sql}", f"DROP VIEW {name}; {before}")


# Which tasks a process of pages adds, and that it never takes the place of what the schedule adds: the lock of a queue is
# one for all. A policy, because a grant knows columns only; jobs stay on the coordinator of a cluster and are few.
JOBS = r"""
    ALTER TABLE procrastinate_jobs ENABLE ROW LEVEL SECURITY;
    CREATE POLICY jobs_of_pages ON procrastinate_jobs USING (true) WITH CHECK (
        current_user NOT LIKE '%\_desk' AND current_user NOT LIKE '%\_portal'
        OR queueing_lock IS NULL AND scheduled_at IS NULL AND (
            current_user LIKE '%\_portal' AND lock IS NULL AND task_name IN (
                'settle_no', 'settle_consent', 'settle_correction', 'erase_member', 'place_report', 'send_codes')
            OR current_user LIKE '%\_desk' AND task_name IN (
                'intake.import_workbook', 'rights.count_affected', 'make_inspection')))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0009_corrections"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("rights", "0002_request_pressed"),
    ]

    operations = [
        migrations.RunSQL(
            JOBS, "DROP POLICY jobs_of_pages ON procrastinate_jobs; ALTER TABLE procrastinate_jobs DISABLE ROW LEVEL SECURITY"
        ),
        # Left is left: an ended visit is out of sight, so nobody takes its end back.
        anew(
            "portal_own_visit",
            migrations.RunSQL(
                """
                CREATE VIEW portal_own_visit WITH (security_barrier) AS
                SELECT own.token_hash, own.until, own.ended_at FROM vault_visit AS own
                 WHERE own.token_hash = sha256(convert_to(current_setting('hongxian.visit', true), 'UTF8'))
                   AND own.until > now() AND own.ended_at IS NULL
                """
            ),
        ),
        anew(
            "portal_trace",
            own.view(
                "portal_trace",
                "audit_trace",
                TRACE,
                [
                    "own.process = 'portal' AND own.role = 'member' AND own.staff_id = 0",
                    JUST_NOW.format("at"),
                    (
                        "(cardinality(own.member_ids) = 0 OR (own.city_id, own.member_ids) ="
                        " (SELECT visitor.city_id, ARRAY[visitor.member_id] FROM portal_visitor AS visitor))"
                    ),
                ],
            ),
        ),
        # The feed leaves lines about members whose number it brought, and about nobody else.
        anew(
            "portal_feed_trace",
            own.view(
                "portal_feed_trace",
                "audit_trace",
                TRACE,
                [
                    "own.process = 'portal' AND own.role = 'system' AND own.staff_id = 0 AND own.purpose = 'letters' AND own.ground = ''",
                    JUST_NOW.format("at"),
                    FEED,
                ],
            ),
        ),
        anew(
            "portal_new_words_key",
            own.view(
                "portal_new_words_key",
                "vault_datakey",
                "city_id envelope_id member_id kek_id wrapped".split(),  # noqa: SIM905
                [
                    requests.SUBJECT,
                    (
                        "EXISTS (SELECT FROM vault_envelope AS envelope WHERE envelope.city_id = own.city_id"
                        " AND envelope.id = own.envelope_id AND envelope.member_id = own.member_id)"
                    ),
                ],
            ),
        ),
        anew(
            "portal_new_request",
            own.view(
                "portal_new_request",
                "rights_request",
                "city_id id member_id number_hash kind state opened_at due_on remind_on said_id".split(),  # noqa: SIM905
                [
                    requests.WHOSE,
                    "own.state = 'open' AND NOT own.pressed",
                    SAID.format("said_id"),
                    JUST_NOW.format("opened_at"),
                    "own.due_on BETWEEN own.opened_at::date AND own.opened_at::date + 40",
                ],
            ),
        ),
        anew(
            "portal_new_deletion",
            own.make_view(
                "portal_new_deletion",
                "rights_request",
                "city_id id member_id kind state opened_at due_on remind_on pressed".split(),  # noqa: SIM905
                where="own.kind = 'delete' AND own.state = 'open' AND own.said_id IS NULL AND own.pressed AND "
                + JUST_NOW.format("opened_at"),
            ),
        ),
        anew(
            "portal_new_complaint",
            own.view(
                "portal_new_complaint",
                "rights_complaint",
                "city_id id member_id number_hash about store_id staff_alias opened_at said_id".split(),  # noqa: SIM905
                [requests.WHOSE, SAID.format("said_id"), JUST_NOW.format("opened_at")],
            ),
        ),
        anew(
            "portal_copy_request",
            copy.of_member(
                "request",
                "rights_request",
                "id kind state opened_at due_on remind_on reminded_at escalated_at answered_at said_id answer_id refusal_reason"
                " complaint_route pressed",
                copy.staff("handled_by", "handler"),
                where=copy.EITHER,
            ),
        ),
        anew("portal_copy_resting", copy.of_member("resting", "pools_resting", "", UNTIL, masked("reason"), copy.POOL)),
        anew(
            "portal_copy_ledger",
            copy.of_member(
                "ledger",
                "pools_ledger",
                "id at day move kind charged",
                masked("reason"),
                copy.STAFF,
                copy.staff("by_staff_id", "by"),
                copy.POOL,
            ),
        ),
        anew(
            "portal_copy_call",
            copy.of_member(
                "call", "outreach_call", "id at seconds permit_id filed", masked("outcome"), copy.STAFF, copy.STORE, copy.TEAM
            ),
        ),
    ]
