"""What Prometheus is told: true figures, nobody's data, and what the alerts and the dashboard ask for."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client.parser import text_string_to_metric_families

from hongxian.cli import company, metrics
from hongxian.cli.trouble import CannotStart
from hongxian.outreach import gate, queries
from hongxian.outreach.reasons import REASONS
from tests.cast import Cast, now
from tests.conftest import signed_in_as
from tests.monitoring.firing import firing
from tests.outreach.conftest import zone_at_noon
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
        assert set(labels) <= {"queue", "state", "reason", "asked", "code"}
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


class TestMore:
    def test_a_snapshot_that_stays_open_gets_older(self) -> None:
        """Another role's, and one that writes nothing: what a dump or a report by hand would be."""
        pulse = metrics.Pulse()
        with company.site().connect("auditor") as reader, signed_in_as("worker"):
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT 1")
            list(pulse.collect())
            time.sleep(1.2)
            assert _sample(pulse, "hongxian_snapshot_age_seconds") >= 1.2
            reader.execute("ROLLBACK")
            list(pulse.collect())
            assert _sample(pulse, "hongxian_snapshot_age_seconds") < 1.2

    def test_what_the_gate_decided_is_counted_once_by_its_reason(self) -> None:
        cast = Cast(timezone=zone_at_noon())
        willing, unasked = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan, consents=())
        pulse = metrics.Pulse()
        with signed_in_as("worker"):
            list(pulse.collect())
            before = {reason: _sample(pulse, "hongxian_gate_decisions_total", reason) for reason in ("", "no_consent")}
        with signed_in_as("desk"):
            for member in (willing, unasked):
                gate.permit(by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, channel="call", now=now())
        with signed_in_as("worker"):
            for _ in range(3):  # a scrape behind, and never twice
                list(pulse.collect())
            for reason, count in before.items():
                assert _sample(pulse, "hongxian_gate_decisions_total", reason) == count + 1

    def test_the_keeper_says_what_it_answered(self) -> None:
        cast = Cast()
        member = cast.member(held_by=cast.lan)
        answered = "hongxian_keeper_answers_total reveal ok"
        before = told().get(answered, 0)
        with signed_in_as("desk"):
            queries.member_page(by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, now=now())
        assert told()[answered] == before + 1
        assert told()["hongxian_keeper_seconds_total"] > 0

    def test_a_job_that_is_due_gets_older_and_one_for_later_does_not(self) -> None:
        queue, later = f"due {uuid4().hex[:8]}", f"later {uuid4().hex[:8]}"
        with signed_in_as("worker"):
            for name, at in ((queue, None), (later, now() + timedelta(hours=1))):
                app.configure_task("nobody.does_this", queue=name, schedule_at=at, allow_unknown=True).defer()
            time.sleep(0.2)
            found = told()
            ProcrastinateJob.objects.filter(queue_name__in=[queue, later])._raw_delete("default")
        assert 0.1 < found[f"hongxian_jobs_age_seconds {queue}"] < 60
        assert f"hongxian_jobs_age_seconds {later}" not in found

    def test_the_server_says_how_full_it_is(self) -> None:
        found = told()
        assert 0 < found["hongxian_connections"] < found["hongxian_connections_most"]
        assert found["hongxian_database_bytes"] > 1_000_000
        assert found["hongxian_pool_hints_longest"] >= value("SELECT least(1, count(*)) FROM pools_hint")


def _sample(pulse: metrics.Pulse, name: str, label: str | None = None) -> float:
    return next(
        (
            sample.value
            for family in pulse.collect()
            for sample in family.samples
            if sample.name == name and (label is None or label in sample.labels.values())
        ),
        0.0,
    )


class TestAlertsAndDashboard:
    """What they ask for is what there is: every name, and every label that an expression chooses or groups by."""

    def expressions(self) -> list[tuple[str, str]]:
        alerts = re.findall(r"^ +expr: (.+)$", (RUNNING / "alerts.yaml").read_text(encoding="utf-8"), re.MULTILINE)
        panels = json.loads((RUNNING / "dashboard.json").read_text(encoding="utf-8"))["panels"]
        asked = [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]
        assert len(alerts) >= 15
        assert len(asked) >= 20
        return [*(("alerts.yaml", alert) for alert in alerts), *asked]

    def test_names(self) -> None:
        known = {name.split(" ", 1)[0] for name in told()} | {"hongxian_jobs", "hongxian_jobs_age_seconds"}
        for where, expression in self.expressions():
            asked = set(re.findall(r"\bhongxian_[a-z_]+", expression))
            assert asked, where
            assert asked <= known, where

    def test_labels(self) -> None:
        known = {
            "hongxian_jobs": {"queue", "state"},
            "hongxian_jobs_age_seconds": {"queue"},
            "hongxian_texts_day": {"state"},
            "hongxian_gate_decisions_total": {"reason"},
            "hongxian_keeper_answers_total": {"asked", "code"},
        }
        with signed_in_as("worker"):
            for family in metrics.Pulse().collect():
                for sample in family.samples:
                    assert set(sample.labels) == known.get(sample.name, set()), sample.name
        for where, expression in self.expressions():
            for name, chosen in re.findall(r"(hongxian_[a-z_]+)\{([^}]*)\}", expression):
                assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)", chosen)) <= known[name], where
            of_all = set().union(*(known.get(name, set()) for name in re.findall(r"hongxian_[a-z_]+", expression)))
            for grouped in re.findall(r"\b(?:by|ignoring|on) \(([^)]*)\)", expression):
                assert set(re.findall(r"\w+", grouped)) <= of_all | {"instance"}, where  # Prometheus adds that one

    def test_reasons_that_are_chosen_are_the_gates_own(self) -> None:
        for where, expression in self.expressions():
            for chosen in re.findall(r'reason=~"([^"]*)"', expression):
                assert set(chosen.split("|")) <= set(REASONS), where

    def test_every_figure_is_on_the_dashboard(self) -> None:
        """Whoever looks needs no second place to look at."""
        told_of = {name.split(" ", 1)[0] for name in told()} - {"hongxian_jobs_age_seconds"}
        shown = "".join(expression for where, expression in self.expressions() if where != "alerts.yaml")
        assert {name for name in told_of if name not in shown} == set()

    def test_prometheus_itself_reads_the_alerts_and_they_fire(self, tmp_path: Path) -> None:
        """Figures as they are when something is wrong; the second series of each pair is of a machine on which all is well."""
        promtool = shutil.which("promtool")
        if promtool is None:
            pytest.skip("promtool is not installed (Debian: prometheus)")
        rules = [
            {"record": f"dashboard:{place}", "expr": expression} for place, (_where, expression) in enumerate(self.expressions())
        ]
        panels, tests = tmp_path / "panels.yaml", tmp_path / "tests.yaml"
        panels.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
        tests.write_text(json.dumps(firing(RUNNING / "alerts.yaml")), encoding="utf-8")
        for command in (
            ["check", "rules", str(panels)],
            ["check", "rules", str(RUNNING / "alerts.yaml")],
            ["test", "rules", str(tests)],
        ):
            done = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr

    def test_every_alert_says_what_is_wrong_and_where_to_look(self) -> None:
        text = (RUNNING / "alerts.yaml").read_text(encoding="utf-8")
        alerts = text.count("- alert:")
        assert len(re.findall(r"^ +summary: .+ \| .+$", text, re.MULTILINE)) == alerts
        assert len(re.findall(r"^ +look: .+$", text, re.MULTILINE)) == alerts


def test_units_run_every_process_and_nothing_else() -> None:
    from hongxian.cli.management.commands.serve import SERVED

    units = "".join(file.read_text(encoding="utf-8") for file in sorted((RUNNING.parent / "systemd").glob("hongxian-*.service")))
    assert sorted(re.findall(r"^ExecStart=\S+ serve (\w+)$", units, re.MULTILINE)) == sorted(SERVED)
