"""
Whoever owns the database and lacks the signing key and the kept file is found out, and the first bad row is named.

Each attack is tried twice: clumsily, leaving the log's own figures as they were, and thoroughly, with everything computed anew
and signed with another key.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.audit import checkpoints, sealing
from tests.audit.scratch import LAST_WEEK, OURS, THEIRS, TODAY, Log, copied, empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.audit.exporting import Kept
    from hongxian.audit.verifying import Report


@pytest.fixture(scope="module")
def template(home: None) -> Iterator[tuple[str, Kept, Kept]]:
    """A log of last week, kept; and of today, kept."""
    with empty("hx_log_empty") as nothing, copied(nothing, "hx_log_week") as week:
        week.fill(260, begin=LAST_WEEK)
        week.seal(LAST_WEEK + timedelta(hours=5))
        last = week.export(LAST_WEEK + timedelta(hours=5))
        with copied("hx_log_week", "hx_log_today") as today:
            today.fill(220, begin=TODAY, seed=2)
            today.seal(TODAY + timedelta(hours=4))
            kept = today.export(TODAY + timedelta(hours=4))
            yield "hx_log_today", last, kept


@pytest.fixture
def kept(template: tuple[str, Kept, Kept]) -> Kept:
    return template[2]


@pytest.fixture
def log(template: tuple[str, Kept, Kept]) -> Iterator[Log]:
    """Today's log."""
    with copied(template[0], "hx_log_attacked") as found:
        yield found


@pytest.fixture
def week_old(template: tuple[str, Kept, Kept]) -> Iterator[Log]:
    """Last week's, as a backup brings it back."""
    with copied("hx_log_week", "hx_log_restored") as found:
        yield found


def kinds(report: Report) -> set[str]:
    return {each.kind for each in report.findings}


def place(log: Log, *, near: int, members: int = 1) -> int:
    """A row somewhere in the middle, of a trace that names so many members."""
    return int(
        log.value(
            "SELECT index FROM audit_leaf AS leaf JOIN audit_trace AS trace ON trace.id = leaf.trace_id"
            " WHERE index >= %(near)s AND cardinality(member_ids) = %(n)s ORDER BY index LIMIT 1",
            near=near, n=members,
        )
    )  # fmt: skip


class TestSound:
    def test_log_is_sound(self, log: Log, template: tuple[str, Kept, Kept]) -> None:
        for against in (None, *template[1:]):
            report = log.verify(against)
            assert report.findings == []
            assert report.unsealed == 0
        assert report.size == template[2].checkpoint.size > 512
        assert report.root == template[2].checkpoint.root

    def test_rows_not_yet_sealed_are_counted(self, log: Log, kept: Kept) -> None:
        at = TODAY + timedelta(hours=4, minutes=1)
        log.write(at, 1)
        log.write(at + timedelta(seconds=1), 1)
        report = log.verify(kept)
        assert (report.sound, report.unsealed, report.oldest_unsealed) == (True, 2, at)

    def test_log_that_went_on_is_sound_against_the_older_file(self, log: Log, template: tuple[str, Kept, Kept]) -> None:
        log.fill(40, begin=TODAY + timedelta(hours=4), seed=3)
        log.seal(TODAY + timedelta(hours=6))
        assert log.verify(template[1]).sound
        assert log.verify(template[2]).sound

    def test_erased_member_needs_no_salt(self, log: Log, kept: Kept) -> None:
        log.write(TODAY + timedelta(hours=5), 7, action="member.erase", purpose="intake")
        with log.as_worker():
            sealing.forget(city_id=3, member_id=7)
        log.write(TODAY + timedelta(hours=5), 7, role="system")
        log.seal(TODAY + timedelta(hours=5))
        assert log.verify(kept).sound

    def test_a_new_key_that_the_old_one_named_is_known(self, log: Log, template: tuple[str, Kept, Kept]) -> None:
        with log.as_worker():
            checkpoints.rotate(old=OURS, new=THEIRS, now=TODAY + timedelta(hours=5))
        log.write(TODAY + timedelta(hours=5), 7)
        log.seal(TODAY + timedelta(hours=6), key=THEIRS)
        for against in (None, *template[1:]):
            assert log.verify(against).sound

    def test_an_empty_log_is_sound(self, home: None) -> None:
        with empty("hx_log_new") as name, copied(name, "hx_log_new_copy") as log:
            assert log.verify(None).sound
            assert log.verify(log.export(TODAY)).sound


class TestEdit:
    @pytest.mark.parametrize(
        "change",
        [
            "staff_id = 6", "role = 'auditor'", "store_id = NULL", "process = 'portal'", "action = 'x'", "purpose = 'x'", "ground = ''",
            "fields = '{alias}'", "outcome = CASE outcome WHEN 'denied' THEN 'allowed' ELSE 'denied' END", "reason = reason || ' '",
            "permit_id = 9",
        ],
    )  # fmt: skip
    def test_of_any_field_is_found_with_its_row(self, log: Log, kept: Kept, change: str) -> None:
        index = place(log, near=300)
        city_id, trace_id = log.row(index)
        log.run(f"UPDATE audit_trace SET {change} WHERE id = %(id)s", id=trace_id)
        for against in (None, kept):
            first = log.verify(against).findings[0]
            assert (first.kind, first.index, first.city_id, first.trace_id) == ("edited", index, city_id, trace_id)

    def test_of_the_time_or_the_city_is_a_row_gone_and_one_put_in(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        trace_id = log.row(index)[1]
        for change in ("at = at + interval '1 second'", "city_id = 4"):
            log.run(f"UPDATE audit_trace SET {change} WHERE id = %(id)s", id=trace_id)
            report = log.verify(kept)
            assert (report.findings[0].kind, report.findings[0].index) == ("trace_deleted", index)
            assert "inserted" in kinds(report)

    @pytest.mark.parametrize("members", ["'{}'", "ARRAY[58]", "member_ids || 59", "ARRAY[NULL]::bigint[]"])
    def test_of_the_members_is_found(self, log: Log, kept: Kept, members: str) -> None:
        index = place(log, near=300)
        log.run(f"UPDATE audit_trace SET member_ids = {members} WHERE id = %(id)s", id=log.row(index)[1])
        first = log.verify(kept).findings[0]
        assert (first.kind, first.index) == ("members", index)

    def test_to_a_value_that_cannot_be_read_is_found(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        log.run("UPDATE audit_leaf SET trace_at = 'infinity' WHERE index = %(index)s", index=index)
        assert log.verify(kept).findings[0].index == index

    @pytest.mark.parametrize("rows", ["with rows", ""])
    def test_with_everything_computed_anew_is_found_by_the_file(self, log: Log, rows: str) -> None:
        kept = log.export(TODAY + timedelta(hours=4), rows=bool(rows))
        index = place(log, near=300)
        log.run("UPDATE audit_trace SET staff_id = 77 WHERE id = %(id)s", id=log.row(index)[1])
        log.recompute()
        report = log.verify(kept)
        first = report.findings[0]
        assert (first.kind, first.index) == (("edited", index) if rows else ("altered_tile", 256))
        assert "unknown_key" in kinds(report)
        assert kinds(log.verify(None)) == {"unknown_key"}

    def test_of_the_last_row_is_found(self, log: Log, kept: Kept) -> None:
        index = kept.checkpoint.size - 1
        log.run("UPDATE audit_trace SET staff_id = 77 WHERE id = %(id)s", id=log.row(index)[1])
        log.recompute()
        assert log.verify(kept).findings[0].index in {
            index,
            log.value("SELECT min(index) FROM audit_leaf WHERE trace_id = %(id)s", id=log.row(index)[1]),
        }

    def test_of_salt_commitment_number_or_hash_is_found(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        where = f"WHERE index = {index}"
        for change, undo in (
            (f"UPDATE audit_leaf SET number = number + 1000 {where}", f"UPDATE audit_leaf SET number = number - 1000 {where}"),
            (f"UPDATE audit_leaf SET member_id = member_id + 1000 {where}", f"UPDATE audit_leaf SET member_id = member_id - 1000 {where}"),
            (f"UPDATE audit_leaf SET hash = sha256(hash) {where}", ""),
        ):  # fmt: skip
            log.run(change)
            assert log.verify(kept).findings[0].index == index, change
            if undo:
                log.run(undo)

    def test_of_a_salt_is_found(self, log: Log, kept: Kept) -> None:
        first = int(log.value("SELECT min(index) FROM audit_leaf WHERE member_id = 9"))
        log.run("UPDATE audit_person SET salt = sha256(salt) WHERE member_id = 9")
        assert (log.verify(kept).findings[0].kind, log.verify(kept).findings[0].index) == ("commitment", first)
        log.run("UPDATE audit_person SET salt = NULL WHERE member_id = 9")
        assert (log.verify(kept).findings[0].kind, log.verify(kept).findings[0].index) == ("salt_missing", first)

    def test_of_a_node_is_found(self, log: Log, kept: Kept) -> None:
        log.run("UPDATE audit_node SET hash = sha256(hash) WHERE height = 1 AND number = 1")
        first = log.verify(kept).findings[0]
        assert (first.kind, first.index) == ("node", 256)

    def test_of_a_checkpoint_is_found(self, log: Log, kept: Kept) -> None:
        log.run("UPDATE audit_checkpoint SET size = size - 1 WHERE id = (SELECT max(id) FROM audit_checkpoint)")
        assert kinds(log.verify(kept)) == {"checkpoint"}


class TestDelete:
    def test_of_a_trace_is_found_with_its_row(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        city_id, trace_id = log.row(index)
        log.run("DELETE FROM audit_trace WHERE id = %(id)s", id=trace_id)
        for against in (None, kept):
            first = log.verify(against).findings[0]
            assert (first.kind, first.index, first.city_id, first.trace_id) == ("trace_deleted", index, city_id, trace_id)

    def test_of_a_trace_and_its_leaf_is_found_with_its_place(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        log.run("DELETE FROM audit_trace WHERE id = %(id)s", id=log.row(index)[1])
        log.run("DELETE FROM audit_leaf WHERE index = %(index)s", index=index)
        first = log.verify(kept).findings[0]
        assert (first.kind, first.index) == ("deleted", index)
        assert first.detail["before"]["trace_id"] == log.row(index - 1)[1]

    def test_with_everything_computed_anew_is_found_by_the_file(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        log.run("DELETE FROM audit_trace WHERE id = %(id)s", id=log.row(index)[1])
        log.run("DELETE FROM audit_leaf WHERE index = %(index)s", index=index)
        log.close_up(index, -1)
        log.run(
            "UPDATE audit_person AS p SET leaves = (SELECT count(*) FROM audit_leaf AS l WHERE (l.city_id, l.member_id) = (p.city_id, p.member_id))"
        )
        log.recompute()
        report = log.verify(kept)
        assert report.findings[0].index == index
        assert "unknown_key" in kinds(report)


class TestInsert:
    def test_of_a_backdated_row_is_found_before_and_after_it_is_sealed(self, log: Log, kept: Kept) -> None:
        trace_id = log.write(TODAY + timedelta(hours=1), 7)
        first = log.verify(kept).findings[0]
        assert (first.kind, first.trace_id) == ("backdated", trace_id)
        log.seal(TODAY + timedelta(hours=5))
        first = log.verify(kept).findings[0]
        assert (first.kind, first.index, first.trace_id) == ("backdated", kept.checkpoint.size, trace_id)

    @pytest.mark.parametrize("number", [-5, 0, 7])
    def test_under_an_old_number_is_found(self, log: Log, kept: Kept, number: int) -> None:
        at = TODAY + timedelta(hours=1, seconds=3)
        log.write(at, 7, id=number)
        for sealed in (False, True):
            if sealed:
                log.seal(TODAY + timedelta(hours=5))
            for against in (None, kept):
                first = log.verify(against).findings[0]
                assert (first.kind, first.trace_id, first.at) == ("inserted", number, at)

    def test_into_a_gap_made_for_it_is_found(self, log: Log, kept: Kept) -> None:
        log.run("DELETE FROM audit_trace WHERE id = 7")
        log.run("INSERT INTO audit_gap VALUES (7, 7, now(), NULL)")
        log.write(TODAY + timedelta(hours=1), 7, id=7)
        log.seal(TODAY + timedelta(hours=5))
        assert "backdated" in kinds(log.verify(kept))

    def test_in_the_middle_with_everything_computed_anew_is_found_by_the_file(self, log: Log, kept: Kept) -> None:
        index = place(log, near=300)
        at = log.value("SELECT trace_at FROM audit_leaf WHERE index = %(index)s", index=index)
        trace_id = log.write(at, 58)
        log.run("UPDATE audit_leaf SET index = index + 1 WHERE index >= %(index)s", index=index)
        log.run(
            "INSERT INTO audit_leaf VALUES (3, 58, 9999, %(index)s, %(at)s, %(id)s, sha256('x'), sha256('x'))",
            index=index, at=at, id=trace_id,
        )  # fmt: skip
        log.close_up(10**9, 0)
        log.recompute()
        report = log.verify(kept)
        assert report.findings[0].index == index
        assert "unknown_key" in kinds(report)


class TestReorder:
    def test_of_two_rows_content_is_found(self, log: Log, kept: Kept) -> None:
        one, other = place(log, near=300), place(log, near=330)
        ids = log.row(one)[1], log.row(other)[1]
        log.run("UPDATE audit_trace SET id = -1 WHERE id = %(id)s", id=ids[0])
        log.run("UPDATE audit_trace SET id = %(to)s WHERE id = %(id)s", to=ids[0], id=ids[1])
        log.run("UPDATE audit_trace SET id = %(to)s WHERE id = -1", to=ids[1])
        assert log.verify(kept).findings[0].index == one

    def test_of_two_places_is_found_by_the_file(self, log: Log, kept: Kept) -> None:
        one, other = place(log, near=300), place(log, near=330)
        log.run(
            "UPDATE audit_leaf SET index = CASE index WHEN %(one)s THEN %(other)s ELSE %(one)s END WHERE index IN (%(one)s, %(other)s)",
            one=one, other=other,
        )  # fmt: skip
        log.recompute()
        report = log.verify(kept)
        assert (report.findings[0].kind, report.findings[0].index) == ("reordered", one)
        assert "unknown_key" in kinds(report)


class TestCut:
    def test_of_the_tail_is_found(self, log: Log, kept: Kept) -> None:
        index = place(log, near=600)
        _cut(log, index)
        log.recompute()
        report = log.verify(kept)
        cut = next(each for each in report.findings if each.kind == "cut")
        assert (cut.index, cut.detail["missing"]) == (index, kept.checkpoint.size - index)
        assert cut.detail["before"]["trace_id"] == log.row(index - 1)[1]
        assert "unknown_key" in kinds(report)

    def test_and_filled_up_again_is_found_at_the_first_other_row(self, log: Log, kept: Kept) -> None:
        index = place(log, near=600)
        _cut(log, index)
        log.recompute()
        log.fill(300, begin=TODAY + timedelta(hours=4), seed=9)
        log.seal(TODAY + timedelta(hours=9), key=THEIRS)
        report = log.verify(kept)
        assert (report.findings[0].kind, report.findings[0].index) == ("rewritten", index)
        assert "unknown_key" in kinds(report)


def _cut(log: Log, index: int) -> None:
    log.run("DELETE FROM audit_trace WHERE id IN (SELECT trace_id FROM audit_leaf WHERE index >= %(index)s)", index=index)
    log.run("DELETE FROM audit_leaf WHERE index >= %(index)s OR trace_id NOT IN (SELECT id FROM audit_trace)", index=index)
    log.run("DELETE FROM audit_checkpoint WHERE size > %(index)s", index=index)
    log.run("UPDATE audit_head SET low = (SELECT max(trace_id) FROM audit_leaf)")
    log.run(
        "UPDATE audit_person AS p SET leaves = (SELECT count(*) FROM audit_leaf AS l WHERE (l.city_id, l.member_id) = (p.city_id, p.member_id))"
    )


class TestBackup:
    def test_of_last_week_is_found(self, week_old: Log, template: tuple[str, Kept, Kept]) -> None:
        _, last, kept = template
        assert week_old.verify(last).sound
        report = week_old.verify(kept)
        assert [(each.kind, each.index) for each in report.findings] == [("cut", last.checkpoint.size)]

    def test_that_went_on_past_the_kept_size_is_found(self, week_old: Log, template: tuple[str, Kept, Kept]) -> None:
        _, last, kept = template
        week_old.fill(300, begin=TODAY + timedelta(hours=5), seed=4)
        week_old.seal(TODAY + timedelta(hours=10))
        assert week_old.value("SELECT size FROM audit_head") > kept.checkpoint.size
        first = week_old.verify(kept).findings[0]
        assert (first.kind, first.index) == ("rewritten", last.checkpoint.size)

    def test_of_another_log_is_found(self, log: Log, kept: Kept, home: None) -> None:
        with copied("hx_log_empty", "hx_log_other") as other:
            other.run("UPDATE audit_head SET origin = 'hongxian/another'")
            other.fill(30, begin=TODAY)
            other.seal(TODAY + timedelta(hours=1))
            assert "other_log" in kinds(other.verify(kept))


class TestKey:
    def test_of_the_attackers_is_unknown(self, log: Log, kept: Kept) -> None:
        log.write(TODAY + timedelta(hours=5), 7)
        log.seal(TODAY + timedelta(hours=5), key=THEIRS)
        for against in (None, kept):
            assert kinds(log.verify(against)) == {"unknown_key"}
