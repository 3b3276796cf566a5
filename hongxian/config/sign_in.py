"""Company accounts with which staff may sign in besides passwords and passkeys: which are configured, and where they answer."""

from __future__ import annotations

import os
from typing import TypedDict

from hongxian.kernel.addresses import is_here, is_safe

# Where the companies' own servers answer: the pages for people, and the interface behind them.
ADDRESSES = {
    "dingtalk": ("https://login.dingtalk.com", "https://api.dingtalk.com"),
    "feishu": ("https://open.feishu.cn", "https://open.feishu.cn"),
    "wecom": ("https://login.work.weixin.qq.com", "https://qyapi.weixin.qq.com"),
}


class Company(TypedDict):
    """One way to sign in."""

    name: str
    client: str
    secret: str
    tenant: str  # the company's own number there; who comes in another company's name is refused
    agent: str  # WeCom's number of our application
    pages: str
    api: str


def companies() -> dict[str, Company]:
    """
    What the environment configures: HONGXIAN_OIDC_…, HONGXIAN_DINGTALK_…, HONGXIAN_FEISHU_…, HONGXIAN_WECOM_….

    :raises SystemExit: an address that isn't https, half a configuration.
    """
    found: dict[str, Company] = {}
    stand_in = os.environ.get("HONGXIAN_SIGN_IN_STAND_IN", "").rstrip("/")
    if stand_in and not is_here(stand_in):
        raise SystemExit("HONGXIAN_SIGN_IN_STAND_IN: 只能是本机地址 | must be an address of this machine")
    for key, (pages, api) in {"oidc": ("", ""), **ADDRESSES}.items():
        word = f"HONGXIAN_{key.upper()}"
        client = os.environ.get(f"{word}_CLIENT", "")
        if not client:
            continue
        company = Company(
            name=os.environ.get(f"{word}_NAME", ""),
            client=client,
            secret=os.environ.get(f"{word}_SECRET", ""),
            tenant=os.environ.get(f"{word}_TENANT", ""),
            agent=os.environ.get(f"{word}_AGENT", ""),
            pages=f"{stand_in}/{key}" if stand_in else pages,
            api=f"{stand_in}/{key}" if stand_in else api,
        )
        if key == "oidc":
            issuer = os.environ.get("HONGXIAN_OIDC_ISSUER", "").rstrip("/")
            if not is_safe(issuer):
                raise SystemExit("HONGXIAN_OIDC_ISSUER: 请用 https 地址 | needs an https address")
            company |= {"pages": issuer, "api": issuer, "tenant": issuer}
        if not company["secret"] or (key == "wecom" and not company["agent"]):
            raise SystemExit(f"{word}_SECRET{', _AGENT' if key == 'wecom' else ''}: 没有配置 | not configured")
        found[key] = company
    return found
