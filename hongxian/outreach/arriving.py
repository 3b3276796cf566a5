"""
What gateways bring (到达): reports of texts and what people answer. Taken in at the door sealed, dealt with by the worker.

An opt-out is recognised however it is written: T, TD, R, N, 退订 and their like, in any width, case and spacing. It is a "no" of
the number, for every channel and store, as if it had been said in any other way. Other answers are kept nowhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hongxian.kernel.actor import Actor
from hongxian.kernel.sql import Command, Statement
from hongxian.members import records
from hongxian.outreach import refusing, settling
from hongxian.outreach.gateways import rendering, signing
from hongxian.vault import asking, files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Said = tuple[str, Sequence[bytes]]
    Spread = Callable[[Callable[[Said], None], Iterable[Said]], Iterable[None]]

log = logging.getLogger("hongxian.outreach")
CHANNEL = "hongxian_arrived"
REPORT, REPLY = "report", "reply"
AT_ONCE = 500
ANSWERS_WITHIN = timedelta(days=90)
LONGEST_KEY, LONGEST_TEXT, LONGEST_NUMBER = 300, 2_000, 20
# After width, case, spaces and signs are gone: the letters and words that mean "no more", also said twice or after 回复.
_OPT_OUT = re.compile(
    r"(请?回?复?|reply)((td|t|r|n|q|tuiding|quit|stop|unsubscribe|unsub|退订|退訂|退|拒收|取消订阅|停止)(短信|信息|谢谢|吧|了)?){1,4}"
)
_NO_MORE = re.compile(
    r"退订|退訂|拒收|(别|不要|勿|不许|停止)再?(给我|向我)?(发|联系|打扰|骚扰)|unsubscribe|dontcontact|donottext"
)
LONGEST_NO = 20
MAINLAND, SHORTEST_NUMBER = 11, 9


@dataclass(frozen=True, slots=True)
class _Arrived:
    arrived_id: int
    key: str
    sealed: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


_take = Command("outreach", "take_in")
_arrived = Statement("outreach", "arrived", _Arrived)
_done = Command("outreach", "arrived_done")
_unusable = Command("outreach", "arrived_unusable")
_wake = Statement("outreach", "wake", _Waited)


def take_report(*, word: str, state: str, code: str, now: datetime) -> None:
    """A gateway reports on a text. The same report again changes nothing."""
    code = code[:40]
    take(kind=REPORT, key=f"report {word} {state} {code}", content={"word": word, "state": state, "code": code}, now=now)


def take_reply(*, number: str, text: str, sent: str, now: datetime) -> None:
    """Somebody answered. The same answer of the same moment again changes nothing."""
    content = {"number": number[:LONGEST_NUMBER], "text": text[:LONGEST_TEXT], "sent": sent[:40]}
    key = signing.mac("arrived", *content.values())
    take(kind=REPLY, key=f"reply {key}", content=content, now=now)


def take(*, kind: str, key: str, content: dict[str, Any], now: datetime) -> None:
    """
    Seals what came to the worker, writes it down once, and wakes the worker for what people say; reports it looks for twice a
    second by itself. Whoever takes in cannot read it back.
    """
    name = key[:LONGEST_KEY]
    sealed = files.seal(folder=settings.HOME.keys, name=name, content=json.dumps(content).encode())
    new = _take.run(kind=kind, key=name, sealed=sealed, now=now)
    if new and kind == REPLY:
        _wake.all(channel=CHANNEL)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came, opened; `content` is None where it could not be, and it is set aside."""

    arrived_id: int
    content: dict[str, Any] | None
    received_at: datetime


def take_up(*, kind: str, now: datetime, most: int = AT_ONCE) -> list[Arrival]:
    """What came of a kind, the oldest first, held by the surrounding transaction."""
    return [Arrival(row.arrived_id, _opened(row, now), row.received_at) for row in _arrived.all(kind=kind, most=most)]


def dealt_with(arrivals: Sequence[Arrival]) -> None:
    """These are done and gone."""
    _done.run(arrived_ids=[each.arrived_id for each in arrivals if each.content is not None])


def deal_reports(*, now: datetime, most: int = AT_ONCE) -> int:
    """Deals with reports that have come; how many."""
    with transaction.atomic():
        rows = _arrived.all(kind=REPORT, most=most)
        opened = [(row, _opened(row, now)) for row in rows]
        by_city: dict[int, list[settling.Said]] = {}
        for row, content in opened:
            ref = signing.ref_in(str(content["word"])) if content else None
            if ref is not None and content is not None:
                said = settling.Said(ref.at, ref.id, str(content["state"]), str(content["code"]), row.received_at)
                by_city.setdefault(ref.city_id, []).append(said)
        for city_id in sorted(by_city):
            settling.report(city_id=city_id, said=by_city[city_id], now=now)
        _done.run(arrived_ids=[row.arrived_id for row, content in opened if content is not None])
    return len(rows)


def deal_replies(*, now: datetime, most: int = AT_ONCE, spread: Spread = map) -> int:
    """
    Deals with what people answered; how many. `spread` may do several noes at once: each waits for the batch in hand that
    its member is in, and they should not do so one after the other.

    :raises vault.asking.KeeperAway: what is left is dealt with later.
    """
    with transaction.atomic():
        rows = _arrived.all(kind=REPLY, most=most)
        opened = [(row, content) for row in rows if (content := _opened(row, now)) is not None]
    noes = [(row, e164(str(content["number"]))) for row, content in opened if is_opt_out(str(content["text"]))]
    noes = [(row, number) for row, number in noes if len(number) >= SHORTEST_NUMBER]  # names of senders are no numbers
    by, numbers = Actor.system("text_reply"), [number for _, number in noes]
    hashes = asking.hash_numbers(by=by, numbers=numbers, purpose="suppression", now=now) if numbers else []
    said = [(row.key, known) for (row, _), known in zip(noes, hashes, strict=True)]
    for _ in spread(lambda each: _refuse(by=by, key=each[0], hashes=each[1], now=now), said):
        pass
    for _, known in said:
        _count(hashes=known, now=now)
    if opened:
        _done.run(arrived_ids=[row.arrived_id for row, _ in opened])
    return len(rows)


def _refuse(*, by: Actor, key: str, hashes: Sequence[bytes], now: datetime) -> None:
    origin = "text " + hashlib.sha256(hashes[-1] + key.encode()).hexdigest()[:32]
    refusing.refuse_number(by=by, number_hashes=hashes, origin=origin, reason="refused", now=now)


def _count(*, hashes: Sequence[bytes], now: datetime) -> None:
    """In a transaction of its own, after all the noes: texts are locked before members by whoever sends."""
    home = records.home_of(list(hashes))
    if home is not None:
        settling.opted_out(city_id=home.city_id, member_id=home.member_id, since=now - ANSWERS_WITHIN, now=now)


def _opened(row: _Arrived, now: datetime) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(files.unseal(folder=settings.HOME.keys, name=row.key, sealed=bytes(row.sealed)))
    except (files.Unopenable, ValueError):
        log.exception("unusable arrival", extra={"code": "unusable_arrival", "arrived": row.arrived_id})
        _unusable.run(arrived_ids=[row.arrived_id], now=now)
        return None
    return content


def is_opt_out(text: str) -> bool:
    """Whether an answer means: no more. What begins with our own signature is our own text, come back."""
    if text.startswith(f"【{rendering.BRAND}"):
        return False
    plain = "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())
    return 0 < len(plain) <= LONGEST_NO and bool(_OPT_OUT.fullmatch(plain) or _NO_MORE.search(plain))


def e164(number: str) -> str:
    """A number as carriers write it, with the + that some add, in the way in which it was hashed."""
    digits = "".join(each for each in unicodedata.normalize("NFKC", number) if each.isdecimal()).removeprefix("00")
    if len(digits) == MAINLAND and digits.startswith("1"):
        return f"+86{digits}"
    return f"+{digits}"
