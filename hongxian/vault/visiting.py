"""
Visits (来访): the keeper's part in letting a person in by a code sent to their number.

The keeper makes the code, keeps only its mac, hands code and number, sealed, to the worker that sends texts, and opens the
visit when the code comes back. So neither the database nor a taken-over portal can sign in as somebody: the token of a
visit is given once, to whoever typed the code, and only its hash is kept. The purpose is rights.code: one code a minute and
five a day for a number, the same for numbers that nobody knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hongxian.vault import files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hongxian.vault.keys import PrivateKeys

    Run = Callable[..., list[tuple[Any, ...]]]

A_MINUTE, A_DAY = 1, 5
CODE_LASTS = timedelta(minutes=10)
VISIT_LASTS = timedelta(minutes=60)
LINK_LASTS = timedelta(days=210)  # half a year at least: one is the same for a month
MOST_TRIES = 5
TOKEN, STOP_TOKEN = 32, 9


@dataclass(frozen=True, slots=True)
class Visits:
    """Codes and visits, on a connection of the keeper's; `run` runs one of its statements by name."""

    private: PrivateKeys
    keys_folder: Path
    portal: str

    def send_code(self, run: Run, *, number: str, now: datetime) -> dict[str, Any]:
        """Makes a code and its text, unless this number has had enough of them. Says nothing about whose number it is."""
        hashes = self.private.hash_number(number)
        run("keeper_lock_number", bucket=hashes[0][0])
        [(minute, day)] = run("keeper_codes_lately", number_hash=hashes[0], now=now)
        if minute >= A_MINUTE or day >= A_DAY:
            return {"sent": False, "reason": "too_soon" if day < A_DAY else "too_many"}
        code = f"{secrets.randbelow(1_000_000):06d}"
        run("keeper_add_code", number_hash=hashes[0], mac=self._mac(number, code, now), now=now, until=now + CODE_LASTS)
        home = run("keeper_home_of", number_hashes=hashes)
        city_id, member_id = home[0] if home else (None, None)
        [link] = self.stop_links(run, numbers=[number], city_id=city_id, member_ids=[member_id], now=now)
        text_id = uuid4()
        words = words_of(code=code, link=f"{self.portal}/s/{link}/")
        text = {"number": number, "code": code, "words": words, "hash": hashes[0].hex()}
        sealed = files.seal(folder=self.keys_folder, name=name_of(text_id), content=json.dumps(text).encode())
        run("keeper_add_text", id=text_id, sealed=sealed, now=now)
        return {"sent": True, "text": str(text_id)}

    def stop_links(
        self, run: Run, *, numbers: Sequence[str], city_id: int | None, member_ids: Sequence[int | None], now: datetime
    ) -> list[str]:
        """
        For each number the token of a link that stops all contact (scope "stop"), and nothing else.

        It is short, for it is paid for with every text: 72 bits under the key of numbers, the same for all texts to one
        number in one month, so that a hundred texts leave one line.
        """
        key = self.private.numbers[max(self.private.numbers)]
        tokens = [_short(hmac.new(key, f"stop {number} {now:%Y-%m}".encode(), hashlib.sha256).digest()) for number in numbers]
        run(
            "keeper_add_stops",
            token_hashes=[token_hash(token) for token in tokens],
            number_hashes=[" ".join(each.hex() for each in self.private.hash_number(number)) for number in numbers],
            city_id=city_id,
            member_ids=list(member_ids),
            now=now,
            until=now + LINK_LASTS,
        )
        return tokens

    def enter(self, run: Run, *, number: str, code: str, now: datetime) -> dict[str, Any]:
        """Opens a visit for the right code; a wrong one is counted, and the fifth closes the code."""
        hashes = self.private.hash_number(number)
        found = run("keeper_try_code", number_hash=hashes[0], most=MOST_TRIES, now=now)
        if not found:
            return {"entered": False, "reason": "no_code"}
        issued_at, mac = found[0]
        if not hmac.compare_digest(bytes(mac), self._mac(number, code, issued_at)):
            return {"entered": False, "reason": "wrong_code"}
        if not run("keeper_use_code", number_hash=hashes[0], issued_at=issued_at, now=now):
            return {"entered": False, "reason": "no_code"}
        return {"entered": True} | self._open(run, hashes=hashes, scope="full", lasts=VISIT_LASTS, now=now)

    def _open(self, run: Run, *, hashes: list[bytes], scope: str, lasts: timedelta, now: datetime) -> dict[str, Any]:
        home = run("keeper_home_of", number_hashes=hashes)
        city_id, member_id = home[0] if home else (None, None)
        token = secrets.token_urlsafe(TOKEN)
        run(
            "keeper_add_visit",
            token_hash=token_hash(token),
            number_hashes=hashes,
            city_id=city_id,
            member_id=member_id,
            scope=scope,
            now=now,
            until=now + lasts,
        )
        return {"token": token, "city_id": city_id, "member_id": member_id}

    def _mac(self, number: str, code: str, issued_at: datetime) -> bytes:
        """Under the newest key of numbers: who has the database alone can't try out a million codes."""
        key = self.private.numbers[max(self.private.numbers)]
        about = f"code {number} {code} {int(issued_at.timestamp() * 1_000_000)}"
        return hmac.new(key, about.encode(), hashlib.sha256).digest()


def _short(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:STOP_TOKEN]).decode()


def token_hash(token: str) -> bytes:
    """What is kept of a token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def name_of(text_id: object) -> str:
    """Under which name a text of the system's own is sealed."""
    return f"text {text_id}"


def words_of(*, code: str, link: str) -> str:
    """The text with a code: who sends it, what it is for, and the link that stops all contact."""
    return (
        f"【红线】验证码 {code}，10 分钟内有效，用于登录“我的数据”。工作人员不会向您索要。"
        f"Code {code} for My Data, valid 10 min. 停止一切联系 Stop all contact: {link}"
    )
