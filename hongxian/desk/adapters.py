"""What django-allauth asks of us: which companies there are, and what becomes of somebody whom one of them has named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings

from hongxian.desk import arriving
from hongxian.org import signing_in

if TYPE_CHECKING:
    from django.http import HttpRequest


class CompanyAccounts(DefaultSocialAccountAdapter):
    """Companies stand in the settings, never in a table; nobody signs up; what happens after they have named somebody is ours."""

    def list_apps(self, request: Any, provider: str | None = None, client_id: str | None = None) -> list[Any]:  # noqa: ARG002
        """What is configured, as allauth's own rows that are never saved."""
        from allauth.socialaccount.models import SocialApp

        return [
            SocialApp(
                provider=key,
                name=company["name"] or key,
                client_id=company["client"],
                secret=company["secret"],
                settings={"server_url": company["pages"], "oauth_pkce_enabled": key == "oidc", "fetch_userinfo": False},
            )
            for key, company in settings.SIGN_IN.items()
            if provider in {None, key} and client_id in {None, company["client"]}
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: an account is made by whoever hires somebody."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """A company has said who somebody is: all of allauth's own flow ends here."""
        raise ImmediateHttpResponse(arriving.arrived(request, sociallogin))

    def on_authentication_error(  # allauth's signature
        self,
        request: HttpRequest,
        provider: Any,  # noqa: ARG002
        error: Any = None,
        exception: BaseException | None = None,  # noqa: ARG002 - it may quote a secret: it goes nowhere
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """It didn't come to that."""
        why = arriving.CANCELLED if error == AuthError.CANCELLED else arriving.FAILED
        raise ImmediateHttpResponse(arriving.failed(request, state=(extra_context or {}).get("state"), why=why))


class Passkeys(DefaultMFAAdapter):
    """How an account is called on somebody's telephone."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The company's system, at the name under which it is open."""
        return {**super().get_public_key_credential_rp_entity(), "name": "红线 hongxian"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """By employee number and alias, as in the header; not by name."""
        opens = signing_in.opens(account_id=user.pk)
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        number, alias = (opens.employee_no, opens.alias) if opens else ("", "")
        return entity | {"name": number, "display_name": alias}
