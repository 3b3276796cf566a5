"""Writing grades into records; how they are made is the pools' business."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

_set = Command("members", "set_grades")


def write(*, city_id: int, given: Sequence[tuple[int, str, int, dict[str, Any]]]) -> None:
    """Sets (member, letter, score, inputs) of each."""
    _set.run(
        city_id=city_id,
        member_ids=[member_id for member_id, *_ in given],
        grades=[letter for _, letter, *_ in given],
        scores=[score for _, _, score, _ in given],
        inputs=[json.dumps(inputs) for *_, inputs in given],
    )
