"""/desk/traces/: where traces are read. Not here: the desk may add to them and may not read them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@door.staff_page(Permission.AUDIT_TRACE_READ)
def traces(request: door.DeskRequest) -> HttpResponse:
    """Says how the auditor's own account reads the traces."""
    commands = (
        f"bin/hongxian traces --since {day_of(request.now)}",
        "bin/hongxian traces --city SH --staff SH01-007 --limit 50",
        "bin/hongxian traces --city SH --member 1024 --json",
    )
    return door.render(request, "desk/traces/traces.html", {"commands": commands})
