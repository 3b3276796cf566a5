"""The catalogue of purposes, read once from purposes.toml. Unknown means no."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).with_name("purposes.toml")
# What may tie somebody to a member (vault_ground, a visit, a push).
GROUNDS = frozenset({"case", "claim", "complaint", "contract", "push", "request", "self"})
# What a member is shown, and so what a receipt remembers.
SHOWN = ("fields", "roles", "basis", "kept", "notice_zh", "notice_en")
TEXTS = ("zh", "en", "basis", "law", "kept", "notice_zh", "notice_en")
MAY_BE_EMPTY = frozenset({"law"})


class CatalogueUnreadable(Refusal):
    """The catalogue cannot be read or contradicts itself: nothing may be shown, nobody contacted."""

    code = "catalogue_unreadable"
    status = 503

    def __str__(self) -> str:
        """What is wrong with the file, for whoever has just edited it."""
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Field:
    """One kind of thing known about a person."""

    name: str
    zh: str
    en: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Keep:
    """How long, for the machine: `days` after something happened, or, without days, as long as something is so."""

    days: int | None
    word: str


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
    keep: Keep
    receipt: bool
    live: bool
    notice_zh: str
    notice_en: str
    notice_hash: str
    shown: str  # JSON of what was hashed

    @property
    def needs_assessment(self) -> bool:
        """What a person sees of themselves does not wait for the company's paper."""
        return self.grounds != {"self"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every field and every purpose; `named` are the fields that some purpose names."""

    fields: dict[str, Field]
    purposes: dict[str, Purpose]
    named: frozenset[str]

    def purpose(self, name: str) -> Purpose | None:
        """The purpose of that name, if it exists and is live. Whether it is assessed, the database knows (assessing.py)."""
        found = self.purposes.get(name)
        return found if found is not None and found.live else None


@cache
def catalogue(file: Path = FILE) -> Catalogue:
    """:raises CatalogueUnreadable: with everything that is wrong, purpose by purpose."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        fields = {name: _field(name, about) for name, about in raw["fields"].items()}
        wrong = [line for name, about in raw["purposes"].items() for line in _faults(name, about, fields)]
        if wrong:
            raise CatalogueUnreadable("\n".join(wrong))
        purposes = {name: _purpose(name, about) for name, about in raw["purposes"].items()}
    except (OSError, KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueUnreadable(f"{file.name}: {error}") from error
    named = frozenset(name for purpose in purposes.values() for name in purpose.fields)
    return Catalogue(fields=fields, purposes=purposes, named=named)


def _field(name: str, about: Mapping[str, Any]) -> Field:
    return Field(name=name, zh=about["zh"], en=about["en"], sealed=about.get("sealed", False))


def _faults(name: str, about: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    """What whoever edited the file has to put right."""
    expected = {*TEXTS, "fields", "roles", "grounds", "keep", "receipt", "live"}
    for key in sorted(expected - about.keys()):
        yield f"[{name}] has no line `{key}`"
    for key in sorted(about.keys() - expected):
        yield f"[{name}] {key}: no such line is known"
    for key in TEXTS:
        if key in about and (not isinstance(about[key], str) or not (about[key] or key in MAY_BE_EMPTY)):
            yield f"[{name}] {key}: must be words"
    for key in ("receipt", "live"):
        if key in about and not isinstance(about[key], bool):
            yield f"[{name}] {key}: must be true or false"
    if "keep" in about and _keep(about["keep"]) is None:
        yield f'[{name}] keep: must be {{ days = 730, after = "given" }} or {{ while = "outreach exists" }}'
    yield from _unknown(name, about, fields)
    yield from _open_to_all(name, about, fields)


def _unknown(name: str, about: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    for key, known in {"fields": fields.keys(), "roles": {role.value for role in Role}, "grounds": GROUNDS}.items():
        given = about.get(key, [])
        if not isinstance(given, list):
            raise TypeError(f"[{name}] {key}: must be a list")
        for each in given:
            if each not in known:
                yield f"[{name}] {key}: {each!r} is not known"


def _open_to_all(name: str, about: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    opened = [each for each in about.get("fields", []) if each in fields and fields[each].sealed and each != "number_hash"]
    if opened and not about.get("grounds") and set(about.get("roles", [])) - {"system"}:
        yield f"[{name}] fields: {', '.join(opened)} sealed, so `grounds` must say what ties {'/'.join(about['roles'])} to the member"


def _keep(about: object) -> Keep | None:
    match about:
        case {"days": int(days), "after": str(word), **rest} if days > 0 and word and not rest:
            return Keep(days=days, word=word)
        case {"while": str(word), **rest} if word and not rest:
            return Keep(days=None, word=word)
    return None


def _purpose(name: str, about: Mapping[str, Any]) -> Purpose:
    shown = json.dumps({key: about[key] for key in SHOWN}, ensure_ascii=False, sort_keys=True)
    keep = _keep(about["keep"])
    if keep is None:
        raise TypeError(name)
    return Purpose(
        name=name,
        **{key: about[key] for key in TEXTS},
        fields=frozenset(about["fields"]),
        roles=frozenset(about["roles"]),
        grounds=frozenset(about["grounds"]),
        keep=keep,
        receipt=about["receipt"],
        live=about["live"],
        notice_hash=hashlib.sha256(shown.encode()).hexdigest()[:32],
        shown=shown,
    )
