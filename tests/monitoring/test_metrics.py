"""What Prometheus is told: true figures, nobody's data, and what the alerts and the dashboard ask for."""

from __future__ import annotations

import json
import re
import socket
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from hongxian.cli import metrics
from hongxian.cli.trouble import CannotStart
from tests.conftest import signed_in_as
from tests.world import value

pytestmark = pytest.mark.usefixtures("company")
RUNNING = Path(__file__).resolve().parents[2] / "docs" / "running" / "monitoring"


def told(role: str = "worker") -> dict[str, float]:
    with signed_in_as(role):
        return {
            sample.name + "".join(f" {label}" for label in sample.labels.values()): sample.value
            for family in metrics.Pulse().collect()
            for sample in family.samples
        }


def free_port() -> int:
    with socket.socket() as knock:
        knock.bind((metrics.ADDRESS, 0))
        port: int = knock.getsockname()[1]
        return port


class TestFigures:
    def test_are_what_the_rows_say(self) -> None:
        found = told()
        assert found["hongxian_up"] == found["hongxian_keeper_up"] == 1
        assert found["hongxian_texts_waiting"] == value("SELECT count(*) FROM outreach_message WHERE state = 'waiting'")
        assert found["hongxian_log_rows"] == value("SELECT size FROM audit_head")
        assert found["hongxian_disk_free_bytes"] > 0

    def test_say_that_something_is_wrong_instead_of_nothing(self) -> None:
        """A role that may not count stands for a database that does not answer."""
        found = told("keeper")
        assert found["hongxian_up"] == 0
        assert "hongxian_texts_waiting" not in found

    def test_name_nobody(self) -> None:
        with signed_in_as("worker"):
            labels = {
                label: word
                for family in metrics.Pulse().collect()
                for sample in family.samples
                for label, word in sample.labels.items()
            }
        assert set(labels) <= {"queue", "state"}
        assert not any(re.search(r"\d{5}", word) for word in labels.values())


class TestDoor:
    def test_answers_on_loopback_in_the_usual_format(self) -> None:
        port = free_port()
        with metrics.Metrics(port), urllib.request.urlopen(f"http://{metrics.ADDRESS}:{port}/metrics") as answer:
            names = {family.name for family in text_string_to_metric_families(answer.read().decode())}
        assert "hongxian_up" in names

    @pytest.mark.parametrize("port", ["0", "http", "70000", "-1"])
    def test_a_port_that_is_none_is_said(self, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HONGXIAN_METRICS_PORT", port)
        with pytest.raises(CannotStart, match="HONGXIAN_METRICS_PORT"):
            metrics.served()

    def test_a_taken_port_is_said(self) -> None:
        with socket.socket() as taken:
            taken.bind((metrics.ADDRESS, 0))
            taken.listen()
            with pytest.raises(CannotStart, match="taken"), metrics.Metrics(taken.getsockname()[1]):
                pass


def test_alerts_and_dashboard_ask_for_what_there_is() -> None:
    known = {name.split(" ", 1)[0] for name in told()} | {"hongxian_jobs"}
    for file in ("alerts.yaml", "dashboard.json"):
        asked = set(re.findall(r"\bhongxian_[a-z_]+", (RUNNING / file).read_text(encoding="utf-8")))
        assert asked
        assert asked <= known, file
    panels = json.loads((RUNNING / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    assert all(panel["targets"] and panel["title"] for panel in panels)


def test_units_run_every_process_and_nothing_else() -> None:
    from hongxian.cli.management.commands.serve import SERVED

    units = "".join(file.read_text(encoding="utf-8") for file in sorted((RUNNING.parent / "systemd").glob("hongxian-*.service")))
    assert sorted(re.findall(r"^ExecStart=\S+ serve (\w+)$", units, re.MULTILINE)) == sorted(SERVED)
