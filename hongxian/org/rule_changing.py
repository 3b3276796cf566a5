"""
Setting the company's rules (改规则): before, after, who, why and from when; what doesn't go together is refused, with the reason.

Nothing is overwritten: a change is a row more, for now or for a moment to come. One that hasn't begun yet is taken back by
another row. One change is weighed after the other (an advisory lock until the transaction ends), against what will count then.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongxian.audit import changing
from hongxian.kernel import workdays
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import agreements, queries, rule_history, rule_kinds, rules
from hongxian.org.rule_kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor

LOCK_SPACE = 7_301
FARTHEST, LONGEST_WHY = timedelta(days=2 * 366), 400


class BadRule(Refusal):
    """The numbers make no sense, or don't go together with others; the message says how."""

    code = "org.bad_rule"
    status = 422


class BadMoment(Refusal):
    """From now on, or from a moment within two years."""

    code = "org.bad_moment"
    message = gettext_lazy("生效时间不能早于现在，最远两年；过去生效的规则不能改。")
    status = 422


class NothingChanges(Refusal):
    """As it counts there at that moment anyway."""

    code = "org.nothing_changes"
    message = gettext_lazy("与到那时生效的规则相同，没有改动。")
    status = 422


class ChangedMeanwhile(Refusal):
    """Somebody else changed it since this page was opened; what they set isn't overwritten unseen."""

    code = "org.changed_meanwhile"
    message = gettext_lazy("您打开这一页之后有人改过，您的改动没有保存；现在显示的是最新的，请看过再改。")


class Begun(Refusal):
    """What counts already is changed by another change, not taken back."""

    code = "org.rule_begun"
    message = gettext_lazy("这项改动已经生效或已被撤回；要改回去，请登记新的改动。")


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


@dataclass(frozen=True, slots=True)
class _Added:
    rule_id: int


_lock = Statement("org", "lock_rules", _Waited)
_add = Statement("org", "add_rule", _Added)


def change(  # noqa: PLR0913 - a row, and what was shown
    *,
    by: Actor,
    key: str,
    city_id: int | None,
    store_id: int | None,
    value: Mapping[str, Any] | None,
    effective_from: datetime | None,
    why: str,
    now: datetime,
    seen: int | None = None,
) -> int:
    """
    Sets a rule for the company (neither city nor store), a city or a store, from a moment on; None: from now. Gives its number.

    `value` None takes away what a city or a store has of its own: what is set above it counts again. `seen` is the newest change
    (`rules.Rules.newest`) that whoever changes it was shown.

    :raises NotAllowed: not of operations.
    :raises NotFound: no such rule, city or store.
    :raises agreements.NoReason: not said why.
    :raises BadMoment: in the past, or too far away.
    :raises BadRule: numbers that make no sense, or don't go together.
    :raises ChangedMeanwhile: another change has come since `seen`.
    :raises NothingChanges: it would stay as it is.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    kind, why = KINDS.get(key), why.strip()
    if kind is None:
        raise NotFound
    if not why or len(why) > LONGEST_WHY:
        raise agreements.NoReason
    begins = effective_from or now
    if not now <= begins <= now + FARTHEST:
        raise BadMoment
    home, store = _place(kind, city_id=city_id, store_id=store_id, now=now)
    if value is None and (city_id, store_id) == (None, None):
        raise BadRule(_("公司的规则只能改，不能取消。"))
    if value is not None and (wrong := rule_kinds.wrong_with(kind, value)):
        raise BadRule(wrong)
    with transaction.atomic():
        _lock.all(space=LOCK_SPACE)
        known = rules.fresh()
        if seen is not None and seen != known.newest(key, city_id=home, store_id=store):
            raise ChangedMeanwhile
        own_place = (0, store) if store else (home, 0)
        before = known.value(key, city_id=home, store_id=store, now=begins)
        if value is None and known.set_at(key, own_place, begins) is None:
            raise NothingChanges
        if value is not None and known.set_at(key, own_place, begins) == dict(value):
            raise NothingChanges
        after = known.with_row(key, own_place, None if value is None else dict(value), begins)
        _weigh(kind, known=known, after=after, city_id=home, store_id=store, begins=begins, value=value)
        return _write(
            by=by, kind=kind, city_id=city_id, store_id=store_id, value=value, before=before, begins=begins, why=why, now=now
        )


def withdraw(*, by: Actor, rule_id: int, why: str, now: datetime) -> int:
    """
    Takes back a change that hasn't begun: it will be as if it had never been planned, also for what is set in between.

    :raises NotAllowed: not of operations.
    :raises NotFound: no such change.
    :raises agreements.NoReason: not said why.
    :raises Begun: it counts already.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    if not why.strip() or len(why) > LONGEST_WHY:
        raise agreements.NoReason
    with transaction.atomic():
        _lock.all(space=LOCK_SPACE)
        line = rule_history.line(rule_id)
        if line is None:
            raise NotFound
        if line.effective_from <= now or line.takes_back or line.taken_back:
            raise Begun
        kind, begins, store = KINDS[line.key], line.effective_from, line.store_id or 0
        home = line.city_id or _city_of(line.store_id)
        known, after = rules.fresh(), rules.fresh(without=rule_id)
        _weigh(kind, known=known, after=after, city_id=home, store_id=store, begins=begins, value=None)
        return _write(
            by=by,
            kind=kind,
            city_id=line.city_id,
            store_id=line.store_id,
            value=after.set_at(line.key, (0, store) if store else (home, 0), begins),
            before=known.value(line.key, city_id=home, store_id=store, now=begins),
            begins=begins,
            why=why.strip(),
            now=now,
            withdraws=rule_id,
        )


def _place(kind: Kind, *, city_id: int | None, store_id: int | None, now: datetime) -> tuple[int, int]:
    if city_id is None and store_id is None:
        return 0, 0
    if store_id is not None:
        store = queries.store(store_id=store_id)
        if store is None or rule_kinds.STORE not in kind.scopes or city_id is not None:
            raise NotFound
        if not agreements.runs(store_id=store_id, today=day_of(now)):
            raise BadRule(_("这家门店没有有效的数据协议：先登记协议，再定门店自己的规则。"))
        return store.city_id, store_id
    if rule_kinds.CITY not in kind.scopes or all(city.city_id != city_id for city in queries.cities()):
        raise NotFound
    return city_id or 0, 0


def _city_of(store_id: int | None) -> int:
    return next((store.city_id for store in queries.stores() if store.store_id == store_id), 0)


def _weigh(
    kind: Kind,
    *,
    known: rules.Rules,
    after: rules.Rules,
    city_id: int,
    store_id: int,
    begins: datetime,
    value: Mapping[str, Any] | None,
) -> None:
    """:raises BadRule: laxer than what stands above, or a tier would come out of its order."""
    if kind.strict and value is not None and (city_id or store_id):
        above = known.value(kind.key, city_id=city_id if store_id else 0, now=begins)
        kept = rule_kinds.strictest(kind, above, value)
        for number in kind.numbers:
            if kept[number.name] != value[number.name]:
                raise BadRule(
                    _("%(what)s：城市和门店只能比上一级更严，上一级是 %(above)d %(unit)s。")
                    % {"what": number.label, "above": above[number.name], "unit": number.unit}
                )
    if kind.key == rule_kinds.HOURS:
        _leaves_hours(after, begins=begins)
    if kind.grade:
        _in_order(after, begins=begins)
    if kind.key == rule_kinds.CALENDAR:
        if value is not None:
            _calendar(value, known.value(kind.key, now=begins), begins=begins)
        _keeps_past_days(after, begins=begins)


def _leaves_hours(after: rules.Rules, *, begins: datetime) -> None:
    """The strictest of company and city has to be an hour at least, in every city and at every change that is planned."""
    moments = {begins} | {moment for moment in after.moments([rule_kinds.HOURS]) if moment > begins}
    for city_id, _store_id in after.places([rule_kinds.HOURS]):
        for moment in moments:
            value = after.value(rule_kinds.HOURS, city_id=city_id, now=moment)
            if value["first"] >= value["end"]:
                city = next((city.name for city in queries.cities() if city.city_id == city_id), "")
                raise BadRule(_("%s：公司和城市的时间合起来，一个小时也不剩。") % city)


def _in_order(after: rules.Rules, *, begins: datetime) -> None:
    """X may take no worse grades than Y, Y none worse than Z: everywhere, from then on and at every change that is planned."""
    stores = queries.stores()
    places = {(0, 0)} | {(city, 0) for city, _store in after.places(rule_kinds.TIER_KEYS) if city}
    own = {store for _city, store in after.places(rule_kinds.TIER_KEYS) if store}
    places |= {(store.city_id, store.store_id) for store in stores if store.store_id in own}
    moments = {begins} | {moment for moment in after.moments(rule_kinds.TIER_KEYS) if moment > begins}
    for city_id, store_id in places:
        for moment in moments:
            x, y, z = (
                after.value(key, city_id=city_id, store_id=store_id, now=moment)["best_grade"] for key in rule_kinds.TIER_KEYS
            )
            if not x <= y <= z:
                name = next((store.name for store in stores if store.store_id == store_id), _("公司或城市"))
                raise BadRule(
                    _("级别会乱：%(where)s 从 %(day)s 起 X 最高 %(x)s、Y 最高 %(y)s、Z 最高 %(z)s；X 不能低于 Y，Y 不能低于 Z。")
                    % {"where": name, "day": day_of(moment).isoformat(), "x": x, "y": y, "z": z}
                )


def _calendar(value: Mapping[str, Any], before: Mapping[str, Any], *, begins: datetime) -> None:
    """A day that is over stays; a holiday more makes members wait longer for their answers, so there are few of them."""
    today = day_of(begins)
    for text in {*value, *before}:
        if date.fromisoformat(text) < today and value.get(text) != before.get(text):
            raise BadRule(_("%s 已经过去，不能再改。") % text)
    by_year: Counter[int] = Counter()
    for text, what in value.items():
        day = date.fromisoformat(text)
        by_year[day.year] += what == "holiday" and workdays.is_workday(day)
    for year, days in by_year.items():
        known = workdays.is_known(date(year, 1, 1))
        most = rule_kinds.MOST_HOLIDAYS if known else rule_kinds.MOST_OF_NEW_YEAR
        if days > most:
            raise BadRule(
                _("%(year)d 年最多另加 %(most)d 个放假日：放假会延长会员请求的答复时限。") % {"year": year, "most": most}
            )


def _keeps_past_days(after: rules.Rules, *, begins: datetime) -> None:
    """No change that is planned, before or behind this one, may alter a day that is over by then: each has the whole calendar."""
    for moment in sorted(each for each in after.moments([rule_kinds.CALENDAR]) if each > begins):
        was = after.value(rule_kinds.CALENDAR, now=moment - timedelta(microseconds=1))
        becomes = after.value(rule_kinds.CALENDAR, now=moment)
        for text in sorted({*was, *becomes}):
            if date.fromisoformat(text) < day_of(moment) and was.get(text) != becomes.get(text):
                raise BadRule(
                    _("%(from)s 起另有一份登记好的日历，到时会把已经过去的 %(day)s 改掉：请先撤回那一份，再登记。")
                    % {"from": day_of(moment).isoformat(), "day": text}
                )


def _write(  # noqa: PLR0913 - a row
    *,
    by: Actor,
    kind: Kind,
    city_id: int | None,
    store_id: int | None,
    value: Mapping[str, Any] | None,
    before: Mapping[str, Any],
    begins: datetime,
    why: str,
    now: datetime,
    withdraws: int | None = None,
) -> int:
    added = _add.one(
        key=kind.key,
        city_id=city_id,
        store_id=store_id,
        value=None if value is None else json.dumps(dict(value)),
        before=json.dumps(dict(before)),
        effective_from=begins,
        staff_id=by.staff_id,
        why=why,
        now=now,
        withdraws=withdraws,
    )
    if added is None:  # INSERT … RETURNING gives a row or raises
        message = "the rule gave no number back"
        raise RuntimeError(message)
    where = f"store {store_id}" if store_id else f"city {city_id}" if city_id else "company"
    changing.note_change(
        by=by,
        action="org.rule.set",
        thing=f"rule {added.rule_id} {kind.key} {where}",
        before=before,
        after={"value": value, "from": begins.isoformat()} | ({"withdraws": withdraws} if withdraws else {}),
        why=why,
        now=now,
    )
    transaction.on_commit(rules.forget)
    return added.rule_id
