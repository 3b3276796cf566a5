"""A statement's parameters as constants of their kinds: what EXPLAIN on a cluster needs, because it looks at values."""

from __future__ import annotations

import re

PARAMETER = re.compile(r"%\((\w+)\)s(::[a-z_]+(?:\[\])?)?")
VALUES = {
    "bigint": "1",
    "bool": "true",
    "boolean": "true",
    "bytea": r"'\x00'",
    "date": "'2026-11-26'",
    "int": "1",
    "integer": "1",
    "interval": "'1 day'",
    "json": "'{}'",
    "jsonb": "'{}'",
    "numeric": "1",
    "real": "1",
    "smallint": "1",
    "text": "'x'",
    "timestamptz": "'2026-11-26 08:00+00'",
    "uuid": "'00000000-0000-0000-0000-000000000001'",
}
IN_ARRAYS = {
    "bool": "{t}",
    "boolean": "{t}",
    "bytea": r"{\\x00}",
    "date": "{2026-11-26}",
    "interval": "{1 day}",
    "jsonb": "{}",
    "text": "{a}",
    "timestamptz": "{2026-11-26 08:00+00}",
    "uuid": "{00000000-0000-0000-0000-000000000001}",
}


def filled(text: str) -> bytes:
    """The statement with a constant in the place of each parameter."""
    return PARAMETER.sub(_constant, text).replace("%%", "%").encode()


def _constant(found: re.Match[str]) -> str:
    kind = (found[2] or "::int").removeprefix("::")
    if kind.endswith("[]"):
        return f"'{IN_ARRAYS.get(kind.removesuffix('[]'), '{1,2}')}'{found[2]}"
    return f"{VALUES[kind]}{found[2] or ''}"
