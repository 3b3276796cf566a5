"""For promtool: what each alert is there for, as series, and that it fires for the machine that is ill and for no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# alert: series of the ill machine and of the well one, minute by minute; promtool begins at midnight UTC and looks at 10:35 in Shanghai.
SERIES: dict[str, list[tuple[str, str, str]]] = {
    "DatabaseOrWorkerAway": [("hongxian_up", "0x160", "1x160")],
    "KeeperAway": [("hongxian_keeper_up", "0x160", "1x160")],
    "LogNotSealed": [("hongxian_log_unsealed_age_seconds", "0+60x160", "1x160")],
    "CheckpointOld": [
        ("hongxian_log_checkpoint_age_seconds", "8000x160", "30x160"),
        ("hongxian_log_unsealed_rows", "5x160", "5x160"),
    ],
    "AnswersWait": [("hongxian_arrived_waiting_age_seconds", "60x160", "1x160")],
    "TextsDoNotLeave": [("hongxian_texts_waiting_age_seconds", "0+60x160", "5x160")],
    "TextsUnknown": [
        ('hongxian_texts_day{state="unknown"}', "30x160", "30x160"),
        ('hongxian_texts_day{state="handed"}', "100x160", "9000x160"),
    ],
    "JobsFail": [('hongxian_jobs{queue="default",state="failed"}', "0+1x160", "3x160")],
    "DiskFull": [("hongxian_disk_free_bytes", "4e9x160", "1e12x160")],
    "DiskFillsWithinTwoWeeks": [],  # needs a day of figures; its expression is checked
    "OldSnapshot": [("hongxian_snapshot_age_seconds", "0+60x160", "2x160")],
    "PoolsNotCleared": [
        ("hongxian_pool_dead_entries", "600000x160", "9000x160"),
        ("hongxian_pool_hints_longest", "1x160", "50x160"),
    ],
    "JobsWait": [('hongxian_jobs_age_seconds{queue="default"}', "0+60x160", "1x160")],
    "KeeperRefuses": [
        ('hongxian_keeper_answers_total{asked="reveal",code="ok"}', "0+60x160", "0+60x160"),
        ('hongxian_keeper_answers_total{asked="reveal",code="seal_broken"}', "0+10x160", "0x160"),
        ('hongxian_keeper_answers_total{asked="reveal",code="no_ground"}', "0x160", "0+30x160"),
    ],
    "KeeperSlow": [("hongxian_keeper_seconds_total", "0+20x160", "0+1x160")],
    "GateRefusesMost": [
        ('hongxian_gate_decisions_total{reason="agreement"}', "0+10x160", "0x160"),
        ('hongxian_gate_decisions_total{reason="hours"}', "0+10x160", "0+10x160"),
    ],
    "ConnectionsShort": [("hongxian_connections", "90x160", "20x160"), ("hongxian_connections_most", "100x160", "100x160")],
}


def firing(alerts: Path) -> dict[str, Any]:
    """A file of tests for `promtool test rules`."""
    known = re.findall(r"- alert: (\w+)", alerts.read_text(encoding="utf-8"))
    assert set(known) == set(SERIES)
    series = [
        {"series": _of(name, machine), "values": values}
        for rows in SERIES.values()
        for name, ill, well in rows
        for machine, values in (("ill", ill), ("well", well))
    ]
    return {
        "rule_files": [str(alerts)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": series,
                "promql_expr_test": [
                    {
                        "expr": f'count by (instance) (ALERTS{{alertname="{alert}", alertstate="firing"}})',
                        "eval_time": "155m",
                        "exp_samples": [{"labels": '{instance="ill"}', "value": 1}],
                    }
                    for alert, rows in SERIES.items()
                    if rows
                ],
            }
        ],
    }


def _of(name: str, machine: str) -> str:
    stem, _, labels = name.partition("{")
    return f'{stem}{{instance="{machine}"{"," + labels if labels else "}"}'
