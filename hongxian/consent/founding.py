"""What a fresh installation begins with: the texts in force, and the founding assessments (assessments.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("assessments.toml")
LASTS_DAYS = 365


@dataclass(frozen=True, slots=True)
class Founding:
    """An assessment as it comes with the program."""

    purpose: str
    fields: tuple[str, ...]
    roles: tuple[str, ...]
    necessity: str
    risks: str
    measures: str


@cache
def assessments() -> tuple[Founding, ...]:
    """Every one that comes with the program; each text is Chinese, then English."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Founding(
            purpose=purpose,
            fields=tuple(about["fields"]),
            roles=tuple(about["roles"]),
            **{key: about[key].replace(" | ", "\n") for key in ("necessity", "risks", "measures")},
        )
        for purpose, about in raw.items()
    )
