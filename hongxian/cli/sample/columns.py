"""The columns that a filling brings into each table, in the order of the rows, with their types for COPY."""

from __future__ import annotations

from hongxian.kernel.copying import Copy

_COLUMNS = {
    "members_member": (
        "city_id int4, id int8, person_id int8, state text, suppressed_at timestamptz, number_hashes bytea[], "
        "store_id int8, origin text, source text, registered_on date, created_at timestamptz, sex text, "
        "birth_year int2, height_cm int2, education text, income_band text, marital text, housing text, car text, "
        "home_city text, district text, occupation text, intends bool, has_criteria bool, grade text, "
        "grade_score int2, grade_inputs jsonb, profiling_off bool, contact_until date, last_contact_at timestamptz, "
        "contacts int2"
    ),
    "members_number": "number_hash bytea, city_id int4, member_id int8",
    "consent_receipt": (
        "city_id int4, member_id int8, purpose text, given_on date, valid_until date, evidence text, "
        "notice_hash text, origin text, recorded_at timestamptz"
    ),
    "consent_withdrawal": "city_id int4, member_id int8, purpose text, recorded_at timestamptz, via text",
    "consent_suppression": "number_hash bytea, origin text, reason text, recorded_at timestamptz, staff_id int8, store_id int8",
    "vault_ground": "city_id int4, member_id int8, staff_id int8, kind text, until timestamptz",
    "vault_permit": (
        "city_id int4, id int8, member_id int8, staff_id int8, channel text, purpose text, issued_at timestamptz, "
        "latest_at timestamptz, used_at timestamptz, receipt_id int8, version_id int8, message_id int8, how text"
    ),
    "outreach_call": (
        "city_id int4, at timestamptz, member_id int8, staff_id int8, team_id int8, store_id int8, outcome text, "
        "seconds int4, permit_id int8, filed text, request_key uuid"
    ),
    "outreach_message": (
        "city_id int4, id int8, at timestamptz, member_id int8, staff_id int8, team_id int8, store_id int8, how text, purpose text, "
        "version_id int8, variables jsonb, parts int2, state text, reason text, permit_id int8, gateway text, latest_at timestamptz, "
        "handing_at timestamptz, handed_at timestamptz, ended_at timestamptz, request_key uuid"
    ),
    "outreach_report": "city_id int4, message_at timestamptz, message_id int8, state text, code text, received_at timestamptz",
    "outreach_tally": (
        "city_id int4, staff_id int8, span text, begins timestamptz, store_id int8, team_id int8, calls int4, "
        "connects int4, no_answers int4, interested int4, visits int4, refusals int4"
    ),
    "audit_trace": (
        "city_id int4, at timestamptz, staff_id int8, role text, store_id int8, process text, action text, purpose text, "
        "ground text, member_ids int8[], fields text[], outcome text, reason text, permit_id int8"
    ),
    "pools_entry": (
        "city_id int4, member_id int8, pool_id int8, rank int8, sex text, birth_year int2, height_cm int2, "
        "education int2, income_band int2, marital int2, district text, since timestamptz"
    ),
    "pools_holding": (
        "city_id int4, member_id int8, staff_id int8, pool_id int8, rank int8, how text, held_since timestamptz, "
        "held_until timestamptz, call_back_at timestamptz, last_outcome text, last_contact_at timestamptz, "
        "last_tried_at timestamptz, silent_slots int4[]"
    ),
    "pools_hand": "city_id int4, staff_id int8, held int2, cap int2",
    "pools_resting": "city_id int4, member_id int8, pool_id int8, until timestamptz, reason text",
    "pools_former": "city_id int4, member_id int8, staff_id int8, team_id int8, until timestamptz",
    "pools_ledger": (
        "city_id int4, at timestamptz, day date, move text, member_id int8, staff_id int8, by_staff_id int8, "
        "pool_id int8, kind text, charged int2, reason text"
    ),
    "pools_quota": "city_id int4, staff_id int8, day date, kind text, cap int2, used int2, rank_floor int8",
    "pools_dealt": "city_id int4, store_id int8, day date, at timestamptz, members int4",
}


def copy_into(table: str) -> Copy:
    """What brings rows into that table, in the order given here."""
    pairs = [column.rsplit(" ", 1) for column in _COLUMNS[table].split(", ")]
    return Copy(table, dict(pairs))
