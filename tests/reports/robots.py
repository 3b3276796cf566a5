"""
A stand-in for the robots of WeCom, DingTalk and Feishu on this machine.

It looks at a message as they do (path, key, signature and its time, type, size) and answers in their own words when something is
wrong. `falter` makes it busy, slow or broken for a while.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec33e6a0a5f1c1d2e3f4a5b6c7d8e9f00112233445566778899a"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/1f7c2c4e-90c3-4a3c-9f3e-0123456789ab"
DING_SECRET = "SEC2f1e0d9c8b7a69584736251403f2e1d0c9b8a7968574635241302f1e0d9c8b7a"
FEISHU_SECRET = "kL8mN2pQ4rS6tU8vW0xY1z"
LONGEST_WECOM = 4096
WELL = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
}
BUSY = {
    "wecom": {"errcode": 45009, "errmsg": "api freq out of limit, hint: [1700000000_1], from ip: 127.0.0.1"},
    "dingtalk": {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
    "feishu": {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]", "data": {}},
}


@dataclass
class Robots:
    """What came in, and what to answer."""

    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    came: list[str] = field(default_factory=list)  # every request, also those that weren't taken
    falter: list[str] = field(default_factory=list)
    wait: float = 0.0
    address: str = ""
    clock: Callable[[], float] = time.time  # what time it is for them


def started() -> tuple[Robots, ThreadingHTTPServer]:
    robots = Robots()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = {"qyapi.weixin.qq.com": "wecom", "oapi.dingtalk.com": "dingtalk", "open.feishu.cn": "feishu"}[
                self.headers["Host"]
            ]
            robots.came.append(kind)
            how = robots.falter.pop(0) if robots.falter else ""
            if how == "hang":
                robots.got.append((kind, json.loads(body)))
                time.sleep(robots.wait)
                return  # arrived, and no answer
            if how == "502":
                self._say(502, b"<html>Bad Gateway</html>", "text/html")
                return
            if how == "503":
                self._say(503, b"<html>busy</html>", "text/html")
                return
            said = BUSY[kind] if how == "busy" else judged(kind, self.path, self.headers["Content-Type"], body, robots.clock())
            if said == WELL[kind]:
                robots.got.append((kind, json.loads(body)))
                time.sleep(robots.wait)  # it has it, and answers later
            self._say(200, json.dumps(said).encode())

        def _say(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    robots.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return robots, server


def judged(kind: str, path: str, content_type: str, body: bytes, now: float) -> dict[str, Any]:
    """Their answer to a request."""
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        given = json.loads(body)
    except ValueError:
        given = {}
    if not content_type.startswith("application/json"):
        given = {}
    if kind == "wecom":
        return _wecom(parts.path, query, given)
    return {"dingtalk": _dingtalk, "feishu": _feishu}[kind](parts.path, query, given, now)


def _wecom(path: str, query: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    if path != "/cgi-bin/webhook/send" or query != {"key": WECOM.split("=")[1]}:
        hint = "hint: [1700000000_1_0], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=93000"
        return {"errcode": 93000, "errmsg": f"invalid webhook url, {hint}"}
    if given.get("msgtype") != "markdown":
        return {"errcode": 40008, "errmsg": "invalid message type"}
    content = given.get("markdown", {}).get("content", "")
    if not content:
        return {"errcode": 44004, "errmsg": "empty content"}
    if len(content.encode()) > LONGEST_WECOM:
        return {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096. invalid Request Parameter"}
    return WELL["wecom"]


def _dingtalk(path: str, query: dict[str, str], given: dict[str, Any], now: float) -> dict[str, Any]:
    if path != "/robot/send" or query.get("access_token") != DINGTALK.split("=")[1]:
        return {"errcode": 300005, "errmsg": "token is not exist"}
    stamp = query.get("timestamp", "")
    if not stamp.isdigit() or abs(int(stamp) / 1000 - now) > 3600:
        return {"errcode": 310000, "errmsg": "invalid timestamp"}
    right = base64.b64encode(hmac.new(DING_SECRET.encode(), f"{stamp}\n{DING_SECRET}".encode(), hashlib.sha256).digest()).decode()
    if query.get("sign") != right:
        return {"errcode": 310000, "errmsg": "sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"}
    text = given.get("markdown", {})
    if given.get("msgtype") != "markdown" or not text.get("title") or not text.get("text"):
        return {"errcode": 400105, "errmsg": "unsupported msgtype"}
    return WELL["dingtalk"]


def _feishu(path: str, query: dict[str, str], given: dict[str, Any], now: float) -> dict[str, Any]:
    if path != urlsplit(FEISHU).path or query:
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
    stamp = given.get("timestamp", "")
    right = base64.b64encode(hmac.new(f"{stamp}\n{FEISHU_SECRET}".encode(), digestmod=hashlib.sha256).digest()).decode()
    if not stamp.isdigit() or abs(int(stamp) - now) > 3600 or given.get("sign") != right:
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time", "data": {}}
    card = given.get("card", {})
    texts = [each.get("text", {}).get("content") for each in card.get("elements", [])]
    if (
        given.get("msg_type") != "interactive"
        or not card.get("header", {}).get("title", {}).get("content")
        or not all(texts)
        or not texts
    ):
        return {"code": 9499, "msg": "Bad Request", "data": {}}
    return WELL["feishu"]
