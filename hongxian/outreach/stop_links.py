"""The link in a text that stops all contact, without signing in: its token comes from the keeper with the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping


def address(opened: Mapping[str, str]) -> str:
    """What stands at the end of a text; empty without a token, and then the text does not leave."""
    token = opened.get("stop", "")
    return f"{settings.PORTAL_ADDRESS}/s/{token}/" if token else ""
