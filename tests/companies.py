"""
Local servers that answer as DingTalk, Feishu, WeCom and an OpenID Connect issuer do: their addresses, formats and errors.

One person sits at the browser (`person`); a company sends them back with a code that is good once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENT, SECRET, AGENT, TENANT = "client-1", "the-secret-of-our-application", "1000002", "our-company"
NUMBER, NAME = "13800138077", "张小雅"
KEYS = ("oidc", "dingtalk", "feishu", "wecom")
KEY = rsa.generate_private_key(65537, 2048)
Answer = tuple[int, dict[str, Any]]


@dataclass
class Companies:
    """What the servers know; tests turn its screws."""

    address: str = ""
    person: str = "person-1"
    tenant: str = TENANT
    secret: str = SECRET
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)  # of the OIDC token, instead of the right ones
    header: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    outside: bool = False  # WeCom: not a member of the company
    key: rsa.RSAPrivateKey = KEY
    signs_with: Any = None
    algorithm: str = "RS256"

    def settings(self) -> dict[str, dict[str, str]]:
        """As config/sign_in.py would read them."""
        common = {"name": "", "client": CLIENT, "secret": SECRET, "agent": AGENT, "tenant": TENANT}
        found = {key: common | {"pages": f"{self.address}/{key}", "api": f"{self.address}/{key}"} for key in KEYS}
        found["oidc"]["tenant"] = found["oidc"]["pages"]
        return found

    # ---------- the pages for people

    def page(self, key: str, asked: dict[str, str]) -> str | None:
        """Where the company sends the person back to, with a code; None where it shows an error."""
        if asked.get({"feishu": "app_id", "wecom": "appid"}.get(key, "client_id")) != CLIENT or "redirect_uri" not in asked:
            return None
        if key == "wecom" and (asked.get("agentid"), asked.get("login_type")) != (AGENT, "CorpApp"):
            return None
        if key == "dingtalk" and asked.get("prompt") != "consent":
            return None
        code = secrets.token_hex(8)
        self.codes[code] = asked | {"person": self.person}
        back = {"authCode" if key == "dingtalk" else "code": code, "state": asked.get("state", "")}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    # ---------- OpenID Connect

    def oidc_configuration(self) -> Answer:
        at = f"{self.address}/oidc"
        return 200, {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/jwks",
            "userinfo_endpoint": f"{at}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.configuration

    def oidc_keys(self) -> Answer:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return 200, {"keys": [public | {"kid": "key-1", "use": "sig", "alg": "RS256"}]}

    def oidc_token(self, form: dict[str, str]) -> Answer:
        known = self.codes.pop(form.get("code", ""), None)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, self.secret):
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if known is None or known["redirect_uri"] != form.get("redirect_uri") or known.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant", "error_description": "no such code"}
        now = int(time.time())
        claims = {"iss": f"{self.address}/oidc", "aud": CLIENT, "sub": known["person"], "iat": now, "exp": now + 300}
        claims |= {"nonce": known.get("nonce"), "name": NAME, "phone_number": NUMBER} | self.claims
        claims = {key: value for key, value in claims.items() if value is not None}
        token = jwt.encode(claims, self.signs_with or self.key, self.algorithm, headers={"kid": "key-1"} | self.header)
        return 200, {"access_token": secrets.token_hex(8), "token_type": "Bearer", "expires_in": 300, "id_token": token}

    # ---------- DingTalk

    def dingtalk_token(self, body: dict[str, str]) -> Answer:
        if (body.get("clientId"), body.get("clientSecret")) != (CLIENT, self.secret):
            return 403, {"code": "Forbidden.AccessDenied", "requestid": "r-1", "message": "应用尚未开通所需的权限"}
        known = self.codes.pop(body.get("code", ""), None)
        if known is None or body.get("grantType") != "authorization_code":
            return 400, {"code": "invalidParameter.authCode.notFound", "requestid": "r-2", "message": "不合法的临时授权码"}
        token = self._token(known["person"])
        return 200, {"accessToken": token, "refreshToken": "r", "expireIn": 7200, "corpId": self.tenant}

    def dingtalk_me(self, token: str) -> Answer:
        person = self.tokens.get(token)
        if person is None:
            return 401, {"code": "InvalidAuthentication", "requestid": "r-3", "message": "不合法的access_token"}
        more = {
            "nick": NAME,
            "mobile": NUMBER,
            "stateCode": "86",
            "email": "xiaoya@example.com",
            "avatarUrl": "https://x.example/a",
        }
        return 200, more | {"openId": person, "unionId": f"u-{person}"}

    # ---------- Feishu

    def feishu_application(self, body: dict[str, str]) -> Answer:
        if (body.get("app_id"), body.get("app_secret")) != (CLIENT, self.secret):
            return 200, {"code": 10014, "msg": "app secret invalid"}
        return 200, {"code": 0, "msg": "ok", "app_access_token": self._token("application"), "expire": 7200}

    def feishu_token(self, body: dict[str, str]) -> Answer:
        if self.tokens.get(body.get("app_access_token", "")) != "application":
            return 200, {"code": 20014, "msg": "app access token is invalid", "data": None}
        known = self.codes.pop(body.get("code", ""), None)
        if known is None:
            return 200, {"code": 20003, "msg": "invalid code", "data": None}
        token = self._token(known["person"])
        return 200, {"code": 0, "msg": "success", "data": {"access_token": token, "token_type": "Bearer", "expires_in": 6900}}

    def feishu_me(self, token: str) -> Answer:
        person = self.tokens.get(token)
        if person is None:
            return 200, {"code": 20005, "msg": "access token is invalid", "data": None}
        data = {"name": NAME, "mobile": f"+86{NUMBER}", "email": "xiaoya@example.com", "tenant_key": self.tenant}
        return 200, {"code": 0, "msg": "success", "data": data | {"open_id": person, "union_id": f"u-{person}"}}

    # ---------- WeCom

    def wecom_application(self, asked: dict[str, str]) -> Answer:
        if asked.get("corpid") != CLIENT:
            return 200, {"errcode": 40013, "errmsg": "invalid corpid"}
        if asked.get("corpsecret") != self.secret:
            return 200, {"errcode": 40001, "errmsg": "invalid credential"}
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": self._token("application"), "expires_in": 7200}

    def wecom_member(self, asked: dict[str, str]) -> Answer:
        if self.tokens.get(asked.get("access_token", "")) != "application":
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        known = self.codes.pop(asked.get("code", ""), None)
        if known is None:
            return 200, {"errcode": 40029, "errmsg": "invalid code"}
        who = {"openid": "o-1", "external_userid": "e-1"} if self.outside else {"userid": known["person"], "user_ticket": "t"}
        return 200, {"errcode": 0, "errmsg": "ok"} | who

    def _token(self, who: str) -> str:
        token = secrets.token_hex(8)
        self.tokens[token] = who
        return token

    def answer(self, method: str, path: str, asked: dict[str, str], body: dict[str, str], headers: dict[str, str]) -> Answer:
        """The right one for an address, as the companies' own documents give it."""
        self.asked.append(path)
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", "/oidc/.well-known/openid-configuration"): self.oidc_configuration,
            ("GET", "/oidc/jwks"): self.oidc_keys,
            ("POST", "/oidc/token"): lambda: self.oidc_token(body),
            ("POST", "/dingtalk/v1.0/oauth2/userAccessToken"): lambda: self.dingtalk_token(body),
            ("GET", "/dingtalk/v1.0/contact/users/me"): lambda: self.dingtalk_me(headers.get("x-acs-dingtalk-access-token", "")),
            ("POST", "/feishu/open-apis/auth/v3/app_access_token/internal"): lambda: self.feishu_application(body),
            ("POST", "/feishu/open-apis/authen/v1/access_token"): lambda: self.feishu_token(body),
            ("GET", "/feishu/open-apis/authen/v1/user_info"): lambda: self.feishu_me(headers.get("authorization", "")[7:]),
            ("GET", "/wecom/cgi-bin/gettoken"): lambda: self.wecom_application(asked),
            ("GET", "/wecom/cgi-bin/auth/getuserinfo"): lambda: self.wecom_member(asked),
        }
        found = routes.get((method, path))
        return found() if found else (404, {"error": "not found"})


PAGES = {
    "/oidc/authorize": "oidc",
    "/dingtalk/oauth2/auth": "dingtalk",
    "/feishu/open-apis/authen/v1/index": "feishu",
    "/wecom/wwlogin/sso/login": "wecom",
}


@contextmanager
def serving() -> Iterator[Companies]:
    """All four on a port of this machine."""
    companies = Companies()

    class Handler(BaseHTTPRequestHandler):
        def _go(self, method: str) -> None:
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if text and "json" in (self.headers.get("Content-Type") or ""):
                body = json.loads(text)
            else:
                body = {key: values[0] for key, values in parse_qs(text).items()}
            if parts.path in PAGES:
                back = companies.page(PAGES[parts.path], asked)
                self.send_response(302 if back else 400)
                if back:
                    self.send_header("Location", back)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            headers = {key.lower(): value for key, value in self.headers.items()}
            status, answer = companies.answer(method, parts.path, asked, body, headers)
            told = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def do_GET(self) -> None:
            self._go("GET")

        def do_POST(self) -> None:
            self._go("POST")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    companies.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield companies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
