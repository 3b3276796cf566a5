"""Addresses of other systems: whether what is sent there can be read on the way."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def is_here(address: str) -> bool:
    """Whether it is on this machine."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and parts.hostname in LOOPBACK


def is_safe(address: str) -> bool:
    """Whether what is sent there stays unread on the way: https, or this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or is_here(address))
