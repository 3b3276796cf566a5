r"""
Group robots (群机器人) of WeCom, DingTalk and Feishu: their addresses, messages, signatures and answers, and one request to one of them.

Formats as the three publish them:

wecom     POST …/cgi-bin/webhook/send?key=…      {"msgtype": "markdown", "markdown": {"content": …}}; no signature
dingtalk  POST …/robot/send?access_token=…&timestamp=(ms)&sign=…   {"msgtype": "markdown", "markdown": {"title": …, "text": …}};
          sign = urlencode(base64(HMAC-SHA256(key=secret, "timestamp\nsecret")))
feishu    POST …/open-apis/bot/v2/hook/…         {"timestamp": "(s)", "sign": …, "msg_type": "interactive", "card": …};
          sign = base64(HMAC-SHA256(key="timestamp\nsecret", ""))

A message that may have arrived is never sent again. So every answer is one of: sent; again (it certainly took nothing, for now);
wrong (it certainly took nothing, and won't as things are set); unknown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime

WECOM, DINGTALK, FEISHU = "wecom", "dingtalk", "feishu"
SENT, AGAIN, WRONG, UNKNOWN = "sent", "again", "wrong", "unknown"
PATIENCE = 10.0  # seconds for each step
LONGEST_ANSWER = 65_536
# The whole address, and nothing else: no other host, port, user, path or parameter.
ADDRESSES = {
    WECOM: re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[0-9A-Za-z-]{16,64}", re.ASCII),
    DINGTALK: re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=[0-9A-Za-z]{16,128}", re.ASCII),
    FEISHU: re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/[0-9A-Za-z-]{16,64}", re.ASCII),
}
SECRETS = {DINGTALK: re.compile(r"SEC[0-9A-Za-z]{16,125}", re.ASCII), FEISHU: re.compile(r"[0-9A-Za-z]{8,64}", re.ASCII)}
# Their own words for "not now": busy, or too many messages in a minute.
NOT_NOW = {WECOM: {-1, 45009}, DINGTALK: {-1, 130101, 410100}, FEISHU: {11232}}


@dataclass(frozen=True, slots=True)
class Robot:
    """Where to, and with which secret; "" where the kind has none."""

    kind: str
    address: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it, and the robot's own code or ours."""

    outcome: str
    code: str = ""


def loopback(kind: str) -> str:
    """The address of a robot of the demo: it leads to the stand-in on this machine, and where there is none, nowhere."""
    return f"http://127.0.0.1/{kind}?demo=1"


def kind_of(address: str) -> str | None:
    """Whose robot has this address; None for nobody's."""
    return next((kind for kind, shape in ADDRESSES.items() if shape.fullmatch(address)), None)


def fingerprint(address: str) -> bytes:
    """By which an address is known again without being readable."""
    return hashlib.sha256(b"hongxian robot\n" + address.encode("ascii")).digest()


def message(robot: Robot, *, title: str, lines: list[str], calm: bool, now: datetime) -> tuple[str, bytes]:
    """The address with whatever it takes, and the body, signed as of now."""
    text = "\n".join(lines)
    body: dict[str, Any]
    address = robot.address
    if robot.kind == WECOM:
        body = {"msgtype": "markdown", "markdown": {"content": f"### {title}\n{text}"}}
    elif robot.kind == DINGTALK:
        stamp = str(int(now.timestamp() * 1000))
        address += f"&timestamp={stamp}&sign={quote_plus(sign_dingtalk(robot.secret, stamp))}"
        paragraphs = "\n\n".join(lines)  # a single line break is none in theirs
        body = {"msgtype": "markdown", "markdown": {"title": title, "text": f"### {title}\n\n{paragraphs}"}}
    else:
        stamp = str(int(now.timestamp()))
        card = {
            "config": {"wide_screen_mode": True},
            "header": {"title": {"tag": "plain_text", "content": title}, "template": "green" if calm else "red"},
            "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": text}}],
        }
        body = {"timestamp": stamp, "sign": sign_feishu(robot.secret, stamp), "msg_type": "interactive", "card": card}
    return address, json.dumps(body, ensure_ascii=False).encode("utf-8")


def sign_dingtalk(secret: str, stamp: str) -> str:
    """Base64, before it is written into an address."""
    return _base64(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256))


def sign_feishu(secret: str, stamp: str) -> str:
    """Theirs has time and secret as the key, and signs nothing."""
    return _base64(hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256))


def _base64(mac: hmac.HMAC) -> str:
    return base64.b64encode(mac.digest()).decode("ascii")


def send(robot: Robot, *, title: str, lines: list[str], calm: bool, now: datetime) -> Answer:
    """One request, sent once; no redirect is followed and no proxy asked. Only to an address of one of the three."""
    if kind_of(robot.address) != robot.kind and not (settings.DIGEST_STAND_IN and robot.address == loopback(robot.kind)):
        return Answer(WRONG, "address")
    address, body = message(robot, title=title, lines=lines, calm=calm, now=now)
    parts = urlsplit(address)
    connection = _connection(parts.hostname or "")
    try:
        try:
            connection.connect()
        except OSError:  # nobody there, or not who they say they are: nothing has gone out
            return Answer(AGAIN, "not_there")
        headers = {"Host": parts.hostname or "", "Content-Type": "application/json; charset=utf-8"}
        connection.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, body=body, headers=headers)
        answer = connection.getresponse()
        return judge(robot.kind, answer.status, answer.read(LONGEST_ANSWER))
    except (OSError, http.client.HTTPException):
        return Answer(UNKNOWN, "no_answer")
    finally:
        connection.close()


def _connection(host: str) -> http.client.HTTPConnection:
    """To the host itself; in tests to what stands in for all three on this machine (settings.DIGEST_STAND_IN)."""
    if settings.DIGEST_STAND_IN:
        stand_in = urlsplit(settings.DIGEST_STAND_IN)
        return http.client.HTTPConnection(stand_in.hostname or "127.0.0.1", stand_in.port or 80, timeout=PATIENCE)
    return http.client.HTTPSConnection(host, 443, timeout=PATIENCE)


def judge(kind: str, status: int, body: bytes) -> Answer:
    """What an answer means. A gateway's own error page leaves open whether the robot got the message."""
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return Answer(AGAIN, str(int(status)))
    code = _code_in(kind, body)
    if code is None:
        client_error = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return Answer(WRONG if client_error else UNKNOWN, str(int(status)))
    if code == 0:
        return Answer(SENT, "0")
    return Answer(AGAIN if code in NOT_NOW[kind] else WRONG, str(code))


def _code_in(kind: str, body: bytes) -> int | None:
    """Their number for how it went: 0 is well; None where there is none."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    found = said.get("code", said.get("StatusCode")) if kind == FEISHU else said.get("errcode")
    return found if isinstance(found, int) else None
