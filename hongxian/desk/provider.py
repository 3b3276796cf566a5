"""
Companies whose accounts open the desk, for django-allauth, which looks for a module of this name.

DingTalk, Feishu and OpenID Connect are allauth's, at addresses from the settings, and stricter; WeCom is ours. None of them
brings anything along about a person but a digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.dingtalk.provider import DingTalkProvider
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.feishu.client import FeishuOAuth2Client
from allauth.socialaccount.providers.feishu.provider import FeishuProvider
from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache

from hongxian.desk import entering
from hongxian.kernel.addresses import is_here, is_safe
from hongxian.org import identities

if TYPE_CHECKING:
    from django.http import HttpRequest

ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"}  # of a key pair; never one shared with the client
EARLIER = 300  # seconds before its end that a token of our application is asked for anew


class Named(SocialLogin):
    """Somebody whom a company has named. Whose account that is, if anybody's, is decided in desk/arriving.py."""

    nonce: str | None = None

    def lookup(self) -> None:
        """Not by allauth, which would also write down what the company tells about them."""


class Bare:
    """A provider of which nothing is kept but a digest of tenant and name."""

    id: str
    app: Any

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> Named:  # noqa: ARG002 - allauth's
        """Who it is."""
        name = self.extract_uid(response)  # type: ignore[attr-defined] # each provider's own
        if not isinstance(name, str) or not name:
            raise OAuth2Error("nobody")
        tenant = settings.SIGN_IN[self.id]["tenant"] or self.app.client_id
        subject = identities.subject(tenant=tenant, name=name)
        found = Named(provider=self, account=SocialAccount(provider=self.id, uid=subject, extra_data={}))
        found.nonce = response.get("nonce")
        return found


class Ours:
    """What all four have in common: our own way back, and addresses from the settings."""

    provider_id: str

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:  # noqa: ARG002 - allauth's signature
        """Where the company sends people back to."""
        return f"{entering.origin_of(request)}/login/with/{self.provider_id}/callback/"

    def _pages(self) -> str:
        return str(settings.SIGN_IN[self.provider_id]["pages"])

    def _api(self) -> str:
        return str(settings.SIGN_IN[self.provider_id]["api"])


def check_tenant(key: str, found: object) -> None:
    """
    Where the company's own number is configured, only who comes in its name comes in.

    :raises OAuth2Error: another company's.
    """
    wanted = settings.SIGN_IN[key]["tenant"]
    if wanted and found != wanted:
        raise OAuth2Error("another company's")


# ---------- OpenID Connect


class OidcAdapter(Ours, OpenIDConnectOAuth2Adapter):
    """Stricter than allauth's: the signature is always checked, the issuer is the configured one, every address is safe."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, "oidc")

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself, checked."""
        found: dict[str, Any] = super().openid_config
        issuer = self._pages()
        addresses = [found.get(key) for key in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if str(found.get("issuer", "")).rstrip("/") != issuer:
            raise OAuth2Error("another issuer")
        for address in addresses:
            if not isinstance(address, str) or not is_safe(address) or (is_here(address) and not is_here(issuer)):
                raise OAuth2Error("an unsafe address")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Named:  # noqa: ARG002 - allauth's
        """By the token that names them; what else the issuer could tell isn't asked for."""
        text = kwargs["response"].get("id_token")
        if not isinstance(text, str):
            raise OAuth2Error("no id_token")
        claims = self._decode_id_token(app, text)
        if not isinstance(claims.get("nonce"), str):
            raise OAuth2Error("no nonce")
        named: Named = self.get_provider().sociallogin_from_response(request, claims)
        return named

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        header = jwtkit.jwt.get_unverified_header(id_token)
        if header.get("alg") not in ALGORITHMS or "kid" not in header:
            raise OAuth2Error("an algorithm that isn't taken")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        return claims


class Oidc(Bare, OpenIDConnectProvider):
    """The company's own directory."""

    id = "oidc"
    oauth2_adapter_class = OidcAdapter

    def get_oauth2_adapter(self, request: HttpRequest) -> OidcAdapter:
        """As for the others: by the request alone."""
        return OidcAdapter(request)

    def get_default_scope(self) -> list[str]:
        """Neither profile nor address."""
        return ["openid"]


# ---------- DingTalk


class DingTalkAdapter(Ours, DingTalkOAuth2Adapter):
    """allauth's, at the configured addresses; only for people of the configured company."""

    @property
    def access_token_url(self) -> str:
        """Changes a code into a token."""
        return f"{self._api()}/v1.0/oauth2/userAccessToken"

    @property
    def authorize_url(self) -> str:
        """The page for people."""
        return f"{self._pages()}/oauth2/auth"

    @property
    def profile_url(self) -> str:
        """Whose token it is."""
        return f"{self._api()}/v1.0/contact/users/me"

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who it is, once it is clear that they chose our company."""
        check_tenant(self.provider_id, kwargs["response"].get("corpId"))
        return super().complete_login(request, app, token, **kwargs)


class DingTalk(Bare, DingTalkProvider):
    """钉钉"""

    oauth2_adapter_class = DingTalkAdapter

    def get_auth_params(self) -> dict[str, str]:
        """DingTalk wants to be told that it may ask."""
        return {"prompt": "consent"}


# ---------- Feishu


class FeishuClient(FeishuOAuth2Client):
    """allauth's, at the configured address, in JSON as Feishu's own pages say."""

    app_access_token_url = ""

    def app_access_token(self) -> str:
        """What our application shows."""
        body = {"app_id": self.consumer_key, "app_secret": self.consumer_secret}
        with get_adapter().get_requests_session() as session:
            answer = session.request("POST", self.app_access_token_url, json=body)
            answer.raise_for_status()
            token = answer.json().get("app_access_token")
        if not isinstance(token, str):
            raise OAuth2Error("no token for the application")
        return token


class FeishuAdapter(Ours, FeishuOAuth2Adapter):
    """allauth's, at the configured addresses."""

    @property
    def access_token_url(self) -> str:
        """Changes a code into a token."""
        return f"{self._api()}/open-apis/authen/v1/access_token"

    @property
    def authorize_url(self) -> str:
        """The page for people."""
        return f"{self._pages()}/open-apis/authen/v1/index"

    @property
    def user_info_url(self) -> str:
        """Whose token it is."""
        return f"{self._api()}/open-apis/authen/v1/user_info"

    def get_client(self, request: HttpRequest, app: Any) -> FeishuClient:
        """Which asks for our application's own token first."""
        client = FeishuClient(
            request, app.client_id, app.secret, "POST", self.access_token_url, self.get_callback_url(request, app)
        )
        client.app_access_token_url = f"{self._api()}/open-apis/auth/v3/app_access_token/internal"
        return client


class Feishu(Bare, FeishuProvider):
    """飞书"""

    oauth2_adapter_class = FeishuAdapter

    def extract_uid(self, data: dict[str, Any]) -> Any:
        """Of our company only."""
        check_tenant(self.id, data.get("tenant_key"))
        return data["open_id"]


# ---------- WeCom


class WeComClient(OAuth2Client):
    """WeCom's own way: our application's token and the code together name a member of the company."""

    agent = ""
    api = ""

    def get_redirect_url(self, authorization_url: str, scope: object, extra_params: dict[str, str]) -> str:  # noqa: ARG002
        """The page with the code to scan."""
        asked = {
            "login_type": "CorpApp",
            "appid": self.consumer_key,
            "agentid": self.agent,
            "redirect_uri": self.callback_url,
            "state": self.state,
        }
        return f"{authorization_url}?{urlencode(asked | extra_params)}"

    def get_access_token(self, code: str, pkce_code_verifier: object = None, extra_data: object = None) -> dict[str, Any]:  # noqa: ARG002
        """The member behind a code. A token that WeCom has ended early is asked for anew, once."""
        found = self._member(code, self._token())
        if found.get("errcode") in {40014, 42001}:
            found = self._member(code, self._token(anew=True))
        if found.get("errcode") != 0:
            raise OAuth2Error("WeCom refused")
        return {"access_token": "", "member": found}

    def _token(self, *, anew: bool = False) -> str:
        """Our application's own, kept as long as it lives: WeCom shuts out who asks too often."""
        key = "wecom-" + hashlib.sha256(f"{self.consumer_key} {self.consumer_secret} {self.api}".encode()).hexdigest()
        known = None if anew else cache.get(key)
        if isinstance(known, str):
            return known
        found = self._get("gettoken", corpid=self.consumer_key, corpsecret=self.consumer_secret)
        token, lives = found.get("access_token"), found.get("expires_in")
        if found.get("errcode") != 0 or not isinstance(token, str) or not isinstance(lives, int):
            raise OAuth2Error("no token for the application")
        cache.set(key, token, max(1, lives - EARLIER))
        return token

    def _member(self, code: str, token: str) -> dict[str, Any]:
        return self._get("auth/getuserinfo", access_token=token, code=code)

    def _get(self, path: str, **asked: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.request("GET", f"{self.api}/cgi-bin/{path}", params=asked)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error("no answer")
        return found


class WeComAdapter(Ours, OAuth2Adapter):
    """企业微信: people scan a code with the company's application."""

    provider_id = "wecom"
    access_token_url = ""

    @property
    def authorize_url(self) -> str:
        """The page for people."""
        return f"{self._pages()}/wwlogin/sso/login"

    def get_client(self, request: HttpRequest, app: Any) -> WeComClient:
        """Which knows the number of our application there."""
        client = WeComClient(request, app.client_id, app.secret, "GET", "", self.get_callback_url(request, app))
        client.agent, client.api = settings.SIGN_IN["wecom"]["agent"], self._api()
        return client

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Named:  # noqa: ARG002 - allauth's
        """Who it is: a member of the company, not one of its outside contacts."""
        named: Named = self.get_provider().sociallogin_from_response(request, kwargs["response"]["member"])
        return named


class WeCom(Bare, OAuth2Provider):
    """企业微信"""

    id = "wecom"
    name = "WeCom"
    oauth2_adapter_class = WeComAdapter

    def extract_uid(self, data: dict[str, Any]) -> Any:
        """Outside contacts have none of these."""
        return data.get("userid") or data.get("UserId")


provider_classes = [Oidc, DingTalk, Feishu, WeCom]
