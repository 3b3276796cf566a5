"""
One signed request to a cloud of virtual numbers, and its answer.

The signature is over method, path, moment, a word used once, and the body; nothing about a person stands in an address, so
that no log of addresses has it. The answer is JSON with `code`: OK, or what is wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

PATIENCE = 3.0
LONGEST_ANSWER = 65_536


class CloudAway(Exception):
    """It cannot be reached, or answers nothing that can be read; whether it has done anything is not known."""


class CloudSays(Exception):
    """It says no; `code` is its word."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


def signature(*, secret: str, method: str, path: str, moment: str, once: str, body: bytes) -> str:
    """What proves that a request is ours and has not been altered."""
    parts = "\n".join((method, path, moment, once, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), parts.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class Cloud:
    """Where it is and who we are there."""

    url: str
    key: str
    secret: str
    clock: Callable[[], datetime]

    def ask(self, method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        """
        Its answer to one request.

        :raises CloudAway: see there.
        :raises CloudSays: see there.
        """
        body = json.dumps(content).encode() if content is not None else b""
        where = urlsplit(self.url)
        path = where.path.rstrip("/") + path
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=self._headers(method, path, body))
            answer = json.loads(connection.getresponse().read(LONGEST_ANSWER))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CloudAway from error
        finally:
            connection.close()
        if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
            raise CloudAway
        if answer["code"] != "OK":
            raise CloudSays(answer["code"])
        return answer

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        moment, once = str(int(self.clock().timestamp())), secrets.token_hex(16)
        signed = signature(secret=self.secret, method=method, path=path, moment=moment, once=once, body=body)
        return {
            "Content-Type": "application/json",
            "X-App-Key": self.key,
            "X-Timestamp": moment,
            "X-Nonce": once,
            "X-Signature": signed,
        }
