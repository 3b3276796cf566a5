"""Keeping what verifications found, for the page that tells how the log does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from hongxian.audit.verifying import Report

MOST = 20
_add = Command("audit", "add_check")


def keep(report: Report) -> None:
    """Adds the verification to those that were made."""
    findings = [{"kind": each.kind, "row": each.index, "trace": each.trace_id} for each in report.findings[:MOST]]
    _add.run(at=report.at, size=report.size, against=report.against, sound=report.sound, findings=json.dumps(findings))
