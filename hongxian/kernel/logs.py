"""
Log lines: one JSON object each, ids and codes in, people out.

Two defences stand here behind the rule that nobody logs personal data. The words of an exception are left out unless its
class is known to speak of code only: a database error quotes the row, a ValueError the value. And whatever looks like a
phone number is blotted out of every text.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

BLOT = "▇▇▇"
# Seven digits and more, of any script, also with a space, hyphen or bracket between them.
_NUMBER = re.compile(r"\+?\d(?:[\s\-‐-―－()（）]{0,2}\d){6,}")
LONGEST_ID = 10  # digits; a number of eleven is a Chinese mobile's
# Their words name modules, attributes and settings, not values.
_SPEAKS_OF_CODE = (ImportError, NameError, NotImplementedError)
_SPEAKS_OF_CODE_BY_NAME = frozenset({"ImproperlyConfigured", "TemplateDoesNotExist", "TemplateSyntaxError", "NoReverseMatch"})
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON with its extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, logger, message, the extra fields, and for an exception its class and where it arose."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(_words(record)),
        }
        line.update({name: _harmless(value) for name, value in vars(record).items() if name not in _OWN})
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def redact(text: str) -> str:
    """Blot out whatever looks like a phone number."""
    return _NUMBER.sub(BLOT, text) if text else text


def _words(record: logging.LogRecord) -> str:
    """The message; an exception given as an argument is reduced to what may be said of it."""
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(_told(value) if isinstance(value, BaseException) else value for value in arguments)
    elif arguments:
        arguments = {name: _told(value) if isinstance(value, BaseException) else value for name, value in arguments.items()}
    message = _told(record.msg) if isinstance(record.msg, BaseException) else str(record.msg)
    if not arguments:
        return message
    try:
        return message % arguments
    except (TypeError, ValueError, KeyError):
        return message


def _harmless(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if len(str(abs(value))) <= LONGEST_ID else BLOT
    if isinstance(value, list | tuple | set | frozenset):
        return [_harmless(each) for each in value]
    if isinstance(value, dict):
        return {redact(str(name)): _harmless(each) for name, each in value.items()}
    return redact(_told(value) if isinstance(value, BaseException) else str(value))


def _told(error: BaseException) -> str:
    """What may be said of an exception: its class, a database's code and constraint, its words only when they are harmless."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    diagnosis = getattr(error, "diag", None)
    said = {field: getattr(diagnosis, field, None) for field in ("sqlstate", "constraint_name", "table_name")}
    parts = [name, *(f"{field}={value}" for field, value in said.items() if value)]
    if code := getattr(error, "code", None):
        parts.append(f"code={code}")
    if isinstance(error, OSError) and error.strerror:
        parts.append(error.strerror)
    if isinstance(error, _SPEAKS_OF_CODE) or kind.__name__ in _SPEAKS_OF_CODE_BY_NAME:
        parts.append(str(error))
    return redact(" ".join(parts))


def _chain(error: BaseException) -> list[dict[str, object]]:
    """The exception and those that led to it, the last first; each with the places it passed."""
    told: list[dict[str, object]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        told.append({"error": _told(current), "at": _places(current.__traceback__)})
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace, limit=-20)]
