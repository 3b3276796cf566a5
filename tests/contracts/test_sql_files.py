"""Every statement in hongxian/<context>/sql: it fits the tables, the role that runs it, the map and the cluster."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from psycopg import errors

from hongxian.kernel import sql
from hongxian.kernel.distributed import DistributedModel
from hongxian.vault.sealing import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    Connect = Callable[[str], psycopg.Connection[Any]]

FILES = sorted(path.relative_to(sql.PACKAGE).as_posix() for path in sql.PACKAGE.glob("*/sql/*.sql"))
STATEMENTS = [name for name in FILES if not name.endswith(".fragment.sql")]
# From left to right on the map: a context reads its own tables and those of contexts further down this list.
MAP = (
    "portal",
    "reports",
    "tiers",
    "introductions",
    "rights",
    "partners",
    "sales",
    "visits",
    "intake",
    "outreach",
    "pools",
    "safety",
    "letters",
    "vault",
    "consent",
    "members",
    "org",
    "audit",
)

# Who runs a statement, where it is not the desk. A statement that only jobs and commands run belongs to the worker.
KEEPER = {name for name in STATEMENTS if name.startswith("vault/sql/keeper_")}
AUDITOR = {"audit/sql/traces.sql", "audit/sql/salt_of.sql"} | {
    name for name in STATEMENTS if name.startswith("audit/sql/verify_")
}
# The audit of invariants (hongxian/cli/checking.py): the tables' owner reads them, in a transaction that writes nothing.
CHECKS = {name for name in STATEMENTS if name.split("/")[-1].startswith("check_")}
DIALER = {
    "outreach/sql/beat.sql",
    "outreach/sql/calls_left_open.sql",
    "outreach/sql/calls_not_taken.sql",
    "outreach/sql/calls_to_hang_up.sql",
    "outreach/sql/name_call.sql",
    "outreach/sql/still_callable.sql",
    "outreach/sql/take_calls.sql",
    "org/sql/caller.sql",
}
WORKER = {
    "pools/sql/reshuffle_hold.sql",
    "pools/sql/reshuffle_on.sql",
    "tiers/sql/propose.sql",
    "reports/sql/add_anomalies.sql",
    "reports/sql/forget_watched.sql",
    "reports/sql/watch.sql",
    "outreach/sql/pulse.sql",
    "partners/sql/waiting.sql",
    "partners/sql/end_requests.sql",
    "partners/sql/add_deliveries.sql",
    "partners/sql/take_deliveries.sql",
    "partners/sql/end_delivery.sql",
    "partners/sql/hook.sql",
    "partners/sql/forget_requests.sql",
    "partners/sql/forget_deliveries.sql",
    "partners/sql/forget_minutes.sql",
    "members/sql/renew.sql",
    "outreach/sql/add_left_out.sql",
    "outreach/sql/advance_campaign.sql",
    "outreach/sql/queue_campaign_batch.sql",
    "outreach/sql/stop_texts.sql",
    "outreach/sql/file_nine.sql",
    "outreach/sql/set_placed.sql",
    "pools/sql/refresh_facets.sql",
    "vault/sql/shred_visits.sql",
    "vault/sql/shred_codes.sql",
    "rights/sql/unlink_requests.sql",
    "rights/sql/unlink_complaints.sql",
    "pools/sql/forget_former_of.sql",
    "intake/sql/forget_merged.sql",
    "intake/sql/forget_member.sql",
    "intake/sql/forget_file_names.sql",
    "consent/sql/forget.sql",
    "audit/sql/add_check.sql",
    "audit/sql/add_checkpoint.sql",
    "audit/sql/add_gaps.sql",
    "audit/sql/add_nodes.sql",
    "audit/sql/advance_head.sql",
    "audit/sql/begin_sealing.sql",
    "audit/sql/drop_gaps.sql",
    "audit/sql/extend_partitions.sql",
    "audit/sql/forget.sql",
    "audit/sql/seal.sql",
    "audit/sql/set_horizon.sql",
    "consent/sql/add_receipts.sql",
    "intake/sql/advance_run.sql",
    "intake/sql/begin_run.sql",
    "intake/sql/end_run.sql",
    "intake/sql/fail_run.sql",
    "letters/sql/expire_batches.sql",
    "letters/sql/expire_sent.sql",
    "letters/sql/expire_viewed.sql",
    "letters/sql/forget.sql",
    "members/sql/erase.sql",
    "members/sql/set_consents.sql",
    "members/sql/fill_blanks.sql",
    "members/sql/known.sql",
    "members/sql/take_numbers.sql",
    "org/sql/forget_sessions.sql",
    "org/sql/forget_tries.sql",
    "pools/sql/forget_former.sql",
    "pools/sql/open_pools.sql",
    "pools/sql/prune_hints.sql",
    "rights/sql/add_affected.sql",
    "rights/sql/add_listed.sql",
    "rights/sql/clear_affected.sql",
    "rights/sql/escalate_complaints.sql",
    "rights/sql/escalate_requests.sql",
    "rights/sql/mark_counted.sql",
    "rights/sql/remind_requests.sql",
    "safety/sql/forget_cases.sql",
    "safety/sql/forget_events.sql",
    "safety/sql/forget_reports.sql",
    "safety/sql/place_report.sql",
    "safety/sql/unplaced_report.sql",
    "vault/sql/end_text.sql",
    "vault/sql/forget_pushes.sql",
    "vault/sql/shred.sql",
    "vault/sql/forget_permits.sql",
    "vault/sql/forget_permits_of_erased.sql",
    "vault/sql/forget_notes.sql",
    "vault/sql/forget_words.sql",
    "vault/sql/forget_codes.sql",
    "vault/sql/forget_visits.sql",
    "vault/sql/forget_texts.sql",
    "intake/sql/forget_runs.sql",
    "visits/sql/forget_visits.sql",
    "outreach/sql/forget_calls.sql",
    "outreach/sql/forget_placed.sql",
    "outreach/sql/forget_texts.sql",
    "outreach/sql/hold_texts.sql",
    "outreach/sql/next_texts.sql",
    "outreach/sql/next_texts_of_campaign.sql",
    "outreach/sql/texts_handing.sql",
    "outreach/sql/texts_handed.sql",
    "outreach/sql/texts_again.sql",
    "outreach/sql/texts_dropped.sql",
    "outreach/sql/texts_settled.sql",
    "outreach/sql/orphaned_texts.sql",
    "outreach/sql/silent_texts.sql",
    "outreach/sql/late_texts.sql",
    "outreach/sql/texts_to_report.sql",
    "outreach/sql/last_text_to.sql",
    "outreach/sql/add_reports.sql",
    "outreach/sql/arrived.sql",
    "outreach/sql/arrived_done.sql",
    "outreach/sql/arrived_unusable.sql",
    "outreach/sql/add_texts.sql",
    "outreach/sql/fold_day.sql",
    "outreach/sql/unfold_days.sql",
    "reports/sql/end_digest.sql",
    "reports/sql/forget_digests.sql",
    "reports/sql/open_digests.sql",
    "reports/sql/settle_digests.sql",
    "reports/sql/take_digest.sql",
    "rights/sql/forget_requests.sql",
    "rights/sql/forget_complaints.sql",
    "vault/sql/waiting_texts.sql",
}
# (file, table): why it may read what lies to its left or beside it.
READS_ACROSS = {
    ("audit/sql/trace_joins.fragment.sql", "org_city"): "the auditor reads codes, not numbers",
    ("audit/sql/trace_joins.fragment.sql", "org_staff"): "the auditor reads codes, not numbers",
    ("audit/sql/trace_joins.fragment.sql", "org_store"): "the auditor reads codes, not numbers",
    ("audit/sql/traces.sql", "org_city"): "the auditor reads codes, not numbers",
    ("audit/sql/traces.sql", "org_staff"): "the auditor reads codes, not numbers",
    ("audit/sql/traces.sql", "org_store"): "the auditor reads codes, not numbers",
    ("vault/sql/keeper_use_permits.sql", "outreach_campaign"): "the keeper sees itself whether a campaign is being sent",
    ("vault/sql/keeper_sent.sql", "letters_sent"): "the keeper opens letters for who wrote them",
}
# Files whose statement is not for one city, and why.
NOT_BY_CITY = {
    "pools/sql/reshuffles.sql": "operations sees every city's, a handful of rows each",
    "partners/sql/due_cities.sql": "the worker looks where anything waits",
    "partners/sql/waiting_cities.sql": "the worker looks where anything waits",
    "members/sql/still_here.sql": "the list of the erased is one over all cities",
    "intake/sql/forget_merged.sql": "a person's rows lie in whichever city's lists had them",
    "rights/sql/unlink_complaints.sql": "city 0, where who has no record is",
    "rights/sql/unlink_requests.sql": "city 0, where who has no record is",
    **{name: "the log is one over all cities" for name in STATEMENTS if name.startswith("audit/sql/verify_")},
    "audit/sql/begin_sealing.sql": "the log is one over all cities",
    "audit/sql/fingerprints.sql": "the tree is one over all cities",
    "audit/sql/leaf_tile.sql": "the tree is one over all cities",
    "audit/sql/log_health.sql": "the log is one over all cities",
    "audit/sql/pulse.sql": "the log is one over all cities",
    "outreach/sql/pulse.sql": "whoever watches the machines counts over the whole company",
    "pools/sql/pulse.sql": "whoever watches the machines counts over the whole company",
    "audit/sql/gate_decisions.sql": "whoever watches the machines counts over the whole company",
    "audit/sql/trace_page.sql": "the auditor looks over the whole company, by codes",
    "audit/sql/trace_joins.fragment.sql": "whoever includes it goes on with WHERE and the city",
    "audit/sql/rows_between.sql": "the tree is one over all cities",
    "audit/sql/span_of_days.sql": "the tree is one over all cities",
    "audit/sql/seal.sql": "the log is one over all cities",
    "audit/sql/traces.sql": "the auditor looks over the whole company, by codes",
    "rights/sql/affected_by_city.sql": "an incident may touch several cities",
    "rights/sql/affected_by_field.sql": "an incident may touch several cities",
    "rights/sql/answered.sql": "the privacy office looks over the whole company",
    "rights/sql/complaints.sql": "the privacy office looks over the whole company",
    "rights/sql/duties_to_people.sql": "the calendar counts over the whole company",
    "rights/sql/queue.sql": "the privacy office looks over the whole company",
    "outreach/sql/cities_waiting.sql": "the sender looks where anything waits",
    "outreach/sql/campaign_row.fragment.sql": "whoever includes it goes on with WHERE and the city",
    "outreach/sql/campaigns_of_company.sql": "headquarters looks over the whole company",
    "outreach/sql/exports_to_decide.sql": "the privacy office looks over the whole company",
    "reports/sql/anomalies.sql": "headquarters looks over the whole company; a manager's list holds their one",
    "reports/sql/anomaly_row.fragment.sql": "whoever includes it goes on with WHERE and the city",
    "outreach/sql/sums_of_calls.sql": "a report may be over all cities; a manager's list holds their one",
    "outreach/sql/sums_of_folded.sql": "a report may be over all cities; a manager's list holds their one",
    "outreach/sql/sums_of_texts.sql": "a report may be over all cities; a manager's list holds their one",
    "pools/sql/sums_of_claims.sql": "a report may be over all cities; a manager's list holds their one",
    "outreach/sql/statistics_of_texts.sql": "headquarters count over all cities; a manager's list holds their one",
    "outreach/sql/statistics_of_calls.sql": "headquarters count over all cities; a manager's list holds their one",
    "safety/sql/queue.sql": "the fraud desk looks over the whole company",
    "intake/sql/run.fragment.sql": "whoever includes it goes on with WHERE and the city",
}

_PARAMETER = re.compile(r"%\((\w+)\)s")
_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\bcurrent_(date|time|timestamp)\b|\blocaltime",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE(?!\s+(?:SET|OF)\b)|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE)\s+(?:ONLY\s+)?(\w+)")


@cache
def _tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))


@cache
def _distributed() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, DistributedModel))


def _raw(name: str) -> str:
    """The file's own text without comments and without what it includes from others."""
    text = (sql.PACKAGE / name).read_text(encoding="utf-8")
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)


def _filled(name: str) -> str:
    context, _, file = name.split("/")
    return sql.text_of(context, Path(file).stem)


def _numbered(name: str) -> bytes:
    """The statement as the server takes it, `$1` for the first parameter."""
    numbers: dict[str, int] = {}
    text = _PARAMETER.sub(lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", _filled(name))
    return text.replace("%%", "%").encode()


def _named(text: str) -> list[str]:
    """Every mention of a table after a word that reads or writes one."""
    found = re.findall(r"(?:\bFROM|\bJOIN|\bUSING|\bUPDATE|\bINTO|,)\s+(?:ONLY\s+|LATERAL\s+)?([a-z]+_[a-z_]+)\b(?!\s*\()", text)
    return [name for name in found if name in _tables()]


def _context_of(table: str) -> str:
    return table.split("_", 1)[0]


def _owner_of(name: str) -> str:
    return name.split("/", 1)[0]


def _role_of(name: str) -> str:
    if name in KEEPER:
        return "keeper"
    if name in AUDITOR:
        return "auditor"
    if name in CHECKS:
        return "owner"
    if name.startswith("portal/"):
        return "portal"
    if name in DIALER:
        return "dialer"
    return "worker" if name in WORKER else "desk"


class TestFile:
    def test_says_first_what_it_is_for(self) -> None:
        """A fragment stands inside another's statement, and so has no line of its own."""
        first = {name: (sql.PACKAGE / name).read_text(encoding="utf-8").split("\n", 1)[0] for name in STATEMENTS}
        assert [name for name, line in first.items() if not re.match(r"-- [A-Z].* .+[.:;,]", line)] == []

    def test_asks_nobody_for_the_time(self) -> None:
        """The clock is handed in as %(now)s."""
        assert [name for name in FILES if _CLOCK.search(_raw(name))] == []

    def test_holds_one_statement(self) -> None:
        assert [name for name in FILES if ";" in _raw(name)] == []

    def test_that_is_named_here_is_there(self) -> None:
        assert WORKER | DIALER | AUDITOR | set(NOT_BY_CITY) | {file for file, _ in READS_ACROSS} <= set(FILES)
        assert len(STATEMENTS) > 80


class TestStatement:
    @pytest.mark.parametrize("name", STATEMENTS)
    def test_is_understood_and_allowed(self, connect: Connect, name: str) -> None:
        """Planned with typed parameters on the migrated tables, as the role that runs it."""
        numbers: dict[str, int] = {}
        text = _PARAMETER.sub(lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", _filled(name)).replace(
            "%%", "%"
        )
        connection = connect(_role_of(name))
        connection.execute(b"PREPARE tried AS " + text.encode())
        connection.execute(b"DEALLOCATE tried")
        assert connection.execute(b"EXPLAIN (GENERIC_PLAN) " + text.encode()).fetchall() != []

    @pytest.mark.parametrize("name", sorted(WORKER))
    def test_that_only_the_worker_runs_is_denied_to_the_desk(self, connect: Connect, name: str) -> None:
        numbers: dict[str, int] = {}
        text = _PARAMETER.sub(lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", _filled(name)).replace(
            "%%", "%"
        )
        with pytest.raises(errors.InsufficientPrivilege):
            connect("desk").execute(b"EXPLAIN (GENERIC_PLAN) " + text.encode())


class TestBorders:
    def test_writes_only_its_own_tables(self) -> None:
        written = {name: set(_WRITES.findall(_raw(name))) & _tables() for name in FILES}
        assert {name: [each for each in found if _context_of(each) != _owner_of(name)] for name, found in written.items()} == {
            name: [] for name in FILES
        }

    def test_reads_only_what_lies_to_its_right(self) -> None:
        wrong = [
            (name, table)
            for name in FILES
            for table in _named(_raw(name))
            if _context_of(table) not in MAP[MAP.index(_owner_of(name)) :] and (name, table) not in READS_ACROSS
        ]
        assert wrong == []

    def test_names_nothing_sealed_outside_the_vault(self) -> None:
        texts = {name: _raw(name) for name in FILES if not name.startswith("vault/")}
        assert [name for name, text in texts.items() if "vault_envelope" in text or "vault_datakey" in text] == []
        assert [name for name, text in texts.items() if set(re.findall(r"\benvelope\.(\w+)", text)) & set(FIELDS)] == []

    def test_takes_no_whole_members(self) -> None:
        """`member.*` would bring along whatever column is added later."""
        assert [name for name in FILES if re.search(r"\bmember\.\*", _raw(name))] == []


class TestCluster:
    def test_each_distributed_table_is_tied_to_the_one_city(self) -> None:
        """Counted, not parsed: as many times `city_id = %(city_id)s` as distributed tables are read, changed or deleted from."""
        wrong = {}
        for name in (name for name in FILES if name not in NOT_BY_CITY):
            text = _raw(name)
            touched = [table for table in _named(text) if table in _distributed()]
            for table in re.findall(r"INSERT\s+INTO\s+(\w+)", text):
                if table in touched:
                    touched.remove(table)
            tied = len(re.findall(r"\bcity_id = %\(city_id\)s", text))
            if tied < len(touched):
                wrong[name] = (tied, touched)
        assert wrong == {}
