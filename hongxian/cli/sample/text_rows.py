"""The invented texts as rows: the texts, the permits that were used for them, their traces, what the gateway reported, the counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from hongxian.cli.sample import times
from hongxian.cli.sample.columns import copy_into
from hongxian.kernel.copying import reserve
from hongxian.outreach import counting
from hongxian.outreach.gateways import rendering
from hongxian.outreach.previewing import LINK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.cli.sample.rows import Row
    from hongxian.cli.sample.texts import Text

PURPOSE, GATEWAY = "outreach.sms", "kannel"
LASTS = timedelta(seconds=60)

_WORDINGS = """
SELECT template.name, version.id, version.body
  FROM outreach_template AS template JOIN outreach_version AS version ON version.template_id = template.id
 WHERE version.state = 'approved' AND template.kind = 'service'
"""
_PEOPLE = """
SELECT staff.id, staff.alias, store.name, city.name
  FROM org_staff AS staff JOIN org_store AS store ON store.id = staff.store_id JOIN org_city AS city ON city.id = store.city_id
"""
# All of them: the table was filled a moment ago, and nothing is known of it yet by which a few could be found quickly.
_RECEIPTS = "SELECT member_id, max(id) FROM consent_receipt WHERE purpose = %s::text GROUP BY member_id"


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows take from the database: wordings by name, people by number, receipts by member."""

    wordings: dict[str, tuple[int, str]]
    people: dict[int, tuple[str, str, str]]
    receipts: dict[int, int]


def known() -> Known:
    """Reads it."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDINGS)
        wordings = {name: (version_id, body) for name, version_id, body in cursor.fetchall()}
        cursor.execute(_PEOPLE)
        people = {staff_id: (alias, store, city) for staff_id, alias, store, city in cursor.fetchall()}
        cursor.execute(_RECEIPTS, [PURPOSE])
        return Known(wordings=wordings, people=people, receipts=dict(cursor.fetchall()))


def write(texts: list[Text]) -> None:
    """Everything but the traces, in the surrounding transaction. Texts whose template somebody has taken away are left out."""
    found = known()
    texts[:] = [text for text in texts if text.template in found.wordings]
    for text, message_id in zip(texts, reserve("outreach_message_id_seq", len(texts)), strict=True):
        text.message_id = message_id
    handed = [text for text in texts if text.handing]
    for text, permit_id in zip(handed, reserve("vault_permit_id_seq", len(handed)), strict=True):
        text.permit_id = permit_id
    parts = {text.message_id: _parts(text, found) for text in handed}
    copy_into("vault_permit").run(_permits(handed, found))
    copy_into("outreach_message").run(_messages(texts, found, parts))
    copy_into("outreach_report").run(_reports(handed))
    _count(texts, found, parts)


def traces(texts: list[Text]) -> Iterator[Row]:
    """audit_trace: one for all texts of a press that the gate answered alike, as the sender writes them."""
    groups: dict[tuple[object, ...], list[Text]] = defaultdict(list)
    for text in texts:
        if text.handing or text.denied:
            groups[text.key, text.handing, text.denied and text.ended, text.reason if text.denied else ""].append(text)
    for alike in groups.values():
        text = alike[0]
        role = "system" if text.how == "automatic" else "consultant"
        answer = ("", "denied", text.reason) if text.denied else ("claim", "allowed", "")
        yield (
            text.holder.city_id, times.at(text.ended if text.denied else text.handing), text.holder.staff_id, role, text.holder.store_id,
            "worker", "gate.permit", PURPOSE, answer[0], sorted({each.member_id for each in alike}), ["number"], *answer[1:], None,
        )  # fmt: skip


def _variables(text: Text, found: Known) -> dict[str, str]:
    alias, store, city = found.people[text.holder.staff_id]
    given = {"consultant": alias, "store": store, "city": city}
    if text.day:
        on = times.date_of(text.day)
        given |= {"date": f"{on.month}月{on.day}日", "time": f"{text.quarter // 4}:{text.quarter % 4 * 15:02d}"}
    return given


def _parts(text: Text, found: Known) -> int:
    words = rendering.render(
        body=found.wordings[text.template][1],
        variables=_variables(text, found),
        alias=text.alias,
        store=found.people[text.holder.staff_id][1],
        opt_out_url=f"{settings.PORTAL_ADDRESS}/s/{LINK}/",
    )
    return rendering.parts_of(words).count


def _permits(texts: list[Text], found: Known) -> Iterator[Row]:
    for text in texts:
        issued = times.at(text.handing)
        yield (
            text.holder.city_id, text.permit_id, text.member_id, text.holder.staff_id, "sms", PURPOSE, issued, issued + LASTS, issued,
            found.receipts.get(text.member_id), found.wordings[text.template][0], text.message_id, text.how,
        )  # fmt: skip


def _messages(texts: list[Text], found: Known, parts: dict[int, int]) -> Iterator[Row]:
    for text in texts:
        holder, handing = text.holder, times.at(text.handing) if text.handing else None
        yield (
            holder.city_id, text.message_id, times.at(text.at), text.member_id, holder.staff_id, holder.team_id, holder.store_id, text.how,
            PURPOSE, found.wordings[text.template][0], Jsonb(_variables(text, found)), parts.get(text.message_id), text.state, text.reason,
            text.permit_id, GATEWAY if handing else "", times.at(text.latest), handing,
            handing if text.reason != "no_answer" else None, times.at(text.ended), text.key,
        )  # fmt: skip


def _reports(texts: list[Text]) -> Iterator[Row]:
    for text in texts:
        if text.state in {"delivered", "failed"}:
            yield (
                text.holder.city_id, times.at(text.at), text.message_id, text.state, text.reason, times.at(text.ended),
            )  # fmt: skip


def _count(texts: list[Text], found: Known, parts: dict[int, int]) -> None:
    """By the function that counts the real ones."""
    changes: dict[int, list[counting.Change]] = defaultdict(list)
    for text in texts:
        change = counting.Change(
            staff_id=text.holder.staff_id,
            store_id=text.holder.store_id,
            team_id=text.holder.team_id,
            version_id=found.wordings[text.template][0],
            how=text.how,
            moment=times.at(text.handing or text.ended),
            was="",
            state=text.state,
            parts=parts.get(text.message_id),
        )
        changes[text.holder.city_id].append(change)
    for city_id, some in changes.items():
        counting.add(city_id=city_id, changes=some)
