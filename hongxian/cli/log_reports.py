"""What verifying found, in words for the console and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hongxian.kernel.clock import COMPANY_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from hongxian.audit.findings import Finding
    from hongxian.audit.verifying import Report

SHOWN = 20


def as_json(report: Report, cities: Mapping[int, str]) -> str:
    """One object; `findings` is empty when the log is sound, its first entry the first bad row."""
    return json.dumps(
        {
            "sound": report.sound,
            "at": report.at.isoformat(),
            "log": report.origin,
            "size": report.size,
            "root": report.root.hex(),
            "checkpoints": report.checkpoints,
            "against": report.against,
            "unsealed": report.unsealed,
            "oldest_unsealed": report.oldest_unsealed.isoformat() if report.oldest_unsealed else None,
            "findings": [_as_dict(each, cities) for each in report.findings],
        },
        ensure_ascii=False,
        indent=1,
    )


def _as_dict(finding: Finding, cities: Mapping[int, str]) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "zh": finding.chinese,
        "en": finding.english,
        "row": finding.index,
        "city": _city(finding.city_id, cities),
        "at": finding.at.isoformat() if finding.at else None,
        "trace": finding.trace_id,
        **finding.detail,
    }


def as_lines(report: Report, cities: Mapping[int, str]) -> Iterator[str]:
    """For people, both languages."""
    yield f"日志 | log      {report.origin}"
    yield f"行数 | rows     {report.size:,}，检查点 | checkpoints {report.checkpoints:,}"
    yield f"根   | root     {report.root.hex()}"
    if report.against is not None:
        yield f"对照 | against  第 {report.against:,} 行为止的检查点 | a checkpoint of {report.against:,} rows"
    if report.unsealed and report.oldest_unsealed:
        age = max(0, int((report.at - report.oldest_unsealed).total_seconds()))
        yield f"未封存 | not sealed yet  {report.unsealed:,} 行，最早 {age} 秒前 | the oldest {age} s ago; nothing protects these yet"
    if report.sound:
        yield "完好。 | sound."
        return
    first = report.findings[0]
    yield f"不完好！第一处 | NOT SOUND. First: {_words(first, cities)}"
    for each in report.findings[1:SHOWN]:
        yield f"  {_words(each, cities)}"
    if len(report.findings) > SHOWN:
        yield f"  …… 共 {len(report.findings)} 处 | {len(report.findings)} in all"


def _words(finding: Finding, cities: Mapping[int, str]) -> str:
    parts = [] if finding.index is None else [f"第 {finding.index} 行 | row {finding.index}"]
    if finding.trace_id is not None:
        city = _city(finding.city_id, cities)
        parts.append(f"[{city} {_moment(finding.at)} #{finding.trace_id}]")
    before = finding.detail.get("before")
    if before is not None:
        parts.append(f"(前一行 | after #{before['trace_id']})")
    told = {key: value for key, value in finding.detail.items() if key != "before"}
    more = " ".join(f"{key}={value}" for key, value in told.items())
    return " ".join([*parts, f"{finding.chinese} | {finding.english}", *([f"({more})"] if more else [])])


def _city(city_id: int | None, cities: Mapping[int, str]) -> str:
    return "-" if city_id is None else cities.get(city_id, str(city_id))


def _moment(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M:%S")
