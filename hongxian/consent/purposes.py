"""The catalogue of purposes, read once from purposes.toml. Unknown means no."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hongxian.kernel.refusal import Refusal

FILE = Path(__file__).with_name("purposes.toml")


class CatalogueUnreadable(Refusal):
    """The catalogue cannot be read or contradicts itself: nothing may be shown, nobody contacted."""

    code = "catalogue_unreadable"
    status = 503


@dataclass(frozen=True, slots=True)
class Field:
    """One kind of thing known about a person."""

    name: str
    zh: str
    en: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Purpose:
    """One reason to look at or contact somebody. `notice_hash` is what a receipt remembers having been shown."""

    name: str
    zh: str
    en: str
    fields: frozenset[str]
    roles: frozenset[str]
    grounds: frozenset[str]
    basis: str
    law: str
    kept: str
    receipt: bool
    live: bool
    notice_zh: str
    notice_en: str
    notice_hash: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every field and every purpose."""

    fields: dict[str, Field]
    purposes: dict[str, Purpose]

    def purpose(self, name: str) -> Purpose | None:
        """The purpose of that name, if it exists and is live."""
        found = self.purposes.get(name)
        return found if found is not None and found.live else None


@cache
def catalogue(file: Path = FILE) -> Catalogue:
    """:raises CatalogueUnreadable: with the purpose and field at fault."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        fields = {
            name: Field(name=name, zh=about["zh"], en=about["en"], sealed=about.get("sealed", False))
            for name, about in raw["fields"].items()
        }
        purposes = {name: _purpose(name, about) for name, about in raw["purposes"].items()}
    except (OSError, KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueUnreadable(str(error)) from error
    for purpose in purposes.values():
        unknown = purpose.fields - fields.keys()
        if unknown:
            message = f"{purpose.name}: {', '.join(sorted(unknown))}"
            raise CatalogueUnreadable(message)
    return Catalogue(fields=fields, purposes=purposes)


def _purpose(name: str, about: dict[str, object]) -> Purpose:
    shown = {key: about[key] for key in ("fields", "roles", "basis", "kept", "notice_zh", "notice_en")}
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return Purpose(
        name=name,
        zh=str(about["zh"]),
        en=str(about["en"]),
        fields=_names(about["fields"]),
        roles=_names(about["roles"]),
        grounds=_names(about["grounds"]),
        basis=str(about["basis"]),
        law=str(about["law"]),
        kept=str(about["kept"]),
        receipt=bool(about["receipt"]),
        live=bool(about["live"]),
        notice_zh=str(about["notice_zh"]),
        notice_en=str(about["notice_en"]),
        notice_hash=hashlib.sha256(text.encode()).hexdigest()[:32],
    )


def _names(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        message = f"{value!r} is no list"
        raise CatalogueUnreadable(message)
    return frozenset(str(name) for name in value)
