"""A city's morning at ten times real speed: demanded and reached, what each action costs, and an audit that the counts agree."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import _home

if TYPE_CHECKING:
    from bench._morning.audit import Check
    from bench._morning.city import City
    from bench._morning.costs import Cost, Idle
    from bench._morning.meters import Clockwork, Processor, Reading
    from bench._morning.people import Told

WEIGHED = 8  # consultants with whom single actions are weighed
COMES_WITHIN, CLAIMS_WITHIN = 300.0, 600.0  # seconds of the company's day: all have signed in, and all begin to claim
CONTACTS_AN_HOUR = 19.0  # of one consultant in the morning: a hundred calls a day, and the morning half as busy again as the mean
TEXTS = 0.1  # of the contacts
ANSWERS = 0.05  # of the texts are answered with T
GATEWAYS = {"HONGXIAN_SMS_GATEWAY": "loopback", "HONGXIAN_CALL_GATEWAY": "loopback"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench morning", description=__doc__)
    parser.add_argument("--city-members", type=int, default=20_000, help="members of the city (20000)")
    parser.add_argument("--consultants", type=int, default=20, help="who work that morning (20)")
    parser.add_argument("--speed", type=float, default=10.0, help="so many times as fast as in life (10)")
    parser.add_argument("--minutes", type=float, default=3.0, help="minutes by the clock on the wall (3)")
    parser.add_argument("--times", type=int, default=40, help="how often each page is fetched alone, to weigh it (40)")
    parser.add_argument("--weighed", type=int, default=WEIGHED, help="consultants with whom single actions are weighed (8)")
    parser.add_argument("--write", type=Path, help="a file for all figures, as bin/bench reckoning reads them")
    asked = parser.parse_args()
    if asked.city_members < 90 * (asked.consultants + asked.weighed):
        parser.error("a consultant claims 70 a day: at least 90 members for each of them, and for those who are weighed with")
    with _home.prepared():
        return _bench(asked)


def _bench(asked: argparse.Namespace) -> int:
    from bench._morning import audit, city, costs, meters, people
    from bench.pages import _desk, _free_port
    from hongxian.cli import company, processes

    port, load = _free_port(), os.getloadavg()
    place = city.found(members=asked.city_members, consultants=asked.consultants + asked.weighed)
    with ExitStack() as running:
        children = {"keeper": running.enter_context(company.running("keeper", GATEWAYS))}
        children["desk"] = processes.start("desk", {**GATEWAYS, "HONGXIAN_PORT": str(port)})
        running.enter_context(_desk(children["desk"], port))
        for name in ("worker", "dialer"):
            children[name] = running.enter_context(company.running(name, GATEWAYS))
        processor = meters.Processor.of({name: child.pid for name, child in children.items()})
        told, alone, clock = people.Told(), meters.Clockwork(), meters.Clockwork()
        answers = people.Answers(place, port, alone, told)
        few = [
            people.Worker(who, place, port=port, speed=1.0, clock=alone, told=told)
            for who in place.consultants[asked.consultants :]
        ]
        costs.warm(few)
        scales = costs.Scales(few, answers, processor, told)
        weighed = scales.all(asked.times)
        answers.clock = clock
        used, seconds = _morning(asked, place, port, processor, (clock, told, answers))
        memory, connections = processor.memory(), meters.connections()
        checks = audit.audit(place, told, members=asked.city_members)
        stock, kept, held = (meters.weights(tables) for tables in (meters.STOCK, meters.KEPT, meters.HELD))
    figures = _figures(asked, load, (clock, told), (used, seconds), (weighed, scales.idle))
    figures |= {"memory_mb": memory, "connections": connections, "stock": stock, "kept": kept, "held": held}
    figures["audit"] = {each.what: [each.left, each.right] for each in checks}
    _show(figures, weighed, checks, clock)
    if asked.write:
        asked.write.write_text(json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(figures["summary"], ensure_ascii=False))
    return 0 if all(each.sound for each in checks) else 1


def _morning(
    asked: argparse.Namespace, place: City, port: int, processor: Processor, with_whom: tuple[Clockwork, Told, Any]
) -> tuple[Reading, float]:
    """Everybody at work until the time is over and what they have begun is done; what it used, and how long it took."""
    from bench._morning import meters, people

    clock, told, answers = with_whom
    dice, length = random.Random(1), asked.minutes * 60 * asked.speed
    begins = time.monotonic() + 2.0
    ends = begins + asked.minutes * 60
    threads: list[threading.Thread] = []
    workers: list[people.Worker] = []
    for who in place.consultants[: asked.consultants]:
        comes = dice.random() * COMES_WITHIN
        claims = comes + 30 + dice.random() * CLAIMS_WITHIN
        moments = _moments(dice, since=claims + 60, until=length)
        told.plan("sign in")
        told.plan("claim")
        for kind in ("text", "call"):
            told.plan(kind, sum(text == (kind == "text") for _moment, text in moments))
        worker = people.Worker(who, place, port=port, speed=asked.speed, clock=clock, told=told)
        workers.append(worker)
        given = {"begins": begins, "ends": ends, "comes": comes, "claims": claims, "moments": moments}
        threads.append(threading.Thread(target=worker.morning, kwargs=given, daemon=True))
    told.texted.clear()
    before = meters.read(processor, opening=True)
    for thread in threads:
        thread.start()
    _answer(dice, told, answers, ends)
    for thread in threads:
        thread.join(180)
    worked = time.monotonic() - begins
    told.note("bytes", sum(worker.browser.received for worker in workers))
    print(f"settled {meters.settled():.1f} s after the last press")
    return meters.read(processor).since(before), worked


def _moments(dice: random.Random, *, since: float, until: float) -> list[tuple[float, bool]]:
    """When one consultant turns to a member, and whether it is to write: as people do, at uneven distances."""
    found: list[tuple[float, bool]] = []
    moment = since
    while True:
        moment += 3600 / CONTACTS_AN_HOUR * (0.4 + dice.expovariate(1 / 0.6))
        if moment >= until:
            return found
        found.append((moment, dice.random() < TEXTS))


def _answer(dice: random.Random, told: Told, answers: Any, ends: float) -> None:
    """Some of those who got a text answer T a moment later."""
    seen = 0
    while time.monotonic() < ends:
        time.sleep(0.2)
        fresh = told.texted[seen:]
        seen += len(fresh)
        for member_id in fresh:
            if dice.random() < ANSWERS:
                answers.say_no(member_id)


def _figures(
    asked: argparse.Namespace,
    load: tuple[float, float, float],
    heard: tuple[Clockwork, Told],
    morning: tuple[Reading, float],
    alone: tuple[list[Cost], Idle],
) -> dict[str, Any]:
    from bench._morning import costs
    from tests.owner import rows

    (clock, told), (used, seconds), (weighed, idle) = heard, morning, alone
    counts = clock.counts()
    reached = {kind: told.counts[f"done {kind}"] for kind in told.planned}
    return {
        "asked": {name: value for name, value in vars(asked).items() if name != "write"},
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "load_before": load[0],
            "load_after": os.getloadavg()[0],
            "python": sys.version.split()[0],
        },
        "postgresql": rows("SHOW server_version")[0][0],
        "seconds": seconds,
        "demanded": dict(told.planned),
        "reached": reached,
        "late_seconds": sorted(told.late)[len(told.late) * 95 // 100] if told.late else 0.0,
        "counts": counts,
        "told": dict(told.counts),
        "percentiles_ms": clock.percentiles(),
        "failed": {action: why[:3] for action, why in clock.failed.items()},
        "failures": sum(len(why) for why in clock.failed.values()),
        "processor_seconds": used.processor,
        "predicted_seconds": costs.predicted(weighed, counts, idle, used.at),
        "measured_over": used.at,
        "wal_bytes": used.wal,
        "wal_predicted": sum(cost.wal * counts.get(cost.action, 0) for cost in weighed) + idle.wal * used.at,
        "full_page_images": used.images,
        "rows": used.rows,
        "rows_predicted": _rows(weighed, counts),
        "costs_ms": {cost.action: cost.processor for cost in weighed},
        "cost_wal": {cost.action: cost.wal for cost in weighed},
        "cost_rows": {cost.action: cost.rows for cost in weighed},
        "idle": {"processor": idle.processor, "wal": idle.wal},
        "summary": {},
    }


def _rows(weighed: list[Cost], counts: dict[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for cost in weighed:
        for table, count in cost.rows.items():
            found[table] = found.get(table, 0.0) + count * counts.get(cost.action, 0)
    return found


def _show(figures: dict[str, Any], weighed: list[Cost], checks: list[Check], clock: Clockwork) -> None:
    from bench._morning.costs import SERVERS

    print("\ndemanded and reached")
    for kind, planned in figures["demanded"].items():
        print(f"  {kind:10} {planned:6} {figures['reached'][kind]:6}")
    print(
        f"  95 of 100 began no later than {figures['late_seconds']:.1f} s after their moment; {figures['failures']} failed",
        figures["failed"] or "",
    )
    print("\nanswers                  n    50 %    95 %    99 %  ms")
    for action, (half, slow, slowest) in figures["percentiles_ms"].items():
        print(f"  {action:18} {len(clock.took[action]):6} {half:7.0f} {slow:7.0f} {slowest:7.0f}")
    print("\nalone: processor, ms  " + "".join(f"{name:>10}" for name in SERVERS) + "     total   WAL, bytes   rows that stay")
    for cost in weighed:
        spent = "".join(f"{cost.processor[name]:10.1f}" for name in SERVERS)
        print(f"  {cost.action:19} {spent}{cost.total:10.1f} {cost.wal:12,.0f} {sum(cost.rows.values()):10.1f}")
    print("  nobody there, a second" + "".join(f"{figures['idle']['processor'][name] * 1000:9.1f} " for name in SERVERS))
    print("\nthe morning: processor, s    predicted  measured")
    for name in (*SERVERS, "client"):
        predicted = f"{figures['predicted_seconds'][name]:10.1f}" if name != "client" else " " * 10
        print(f"  {name:24} {predicted} {figures['processor_seconds'][name]:10.1f}")
    print(f"  {'log to be kept, MB':24} {figures['wal_predicted'] / 1e6:10.1f} {figures['wal_bytes'] / 1e6:10.1f}")
    print(f"  {'rows that stay':24} {sum(figures['rows_predicted'].values()):10,.0f} {sum(figures['rows'].values()):10,}")
    print("\nmemory, MB: " + ", ".join(f"{name} {size:.0f}" for name, size in figures["memory_mb"].items()))
    print(
        "bytes a row: "
        + ", ".join(
            f"{table} {size:.0f}"
            for part in ("stock", "kept", "held")
            for table, (count, size) in figures[part].items()
            if count >= 200
        )
    )
    print("\naudit")
    for check in checks:
        print(f"  {'ok ' if check.sound else 'NOT'} {check.what}: {check.left:,} | {check.right:,}")
    servers = {name: figures["processor_seconds"][name] for name in SERVERS}
    measured, predicted = sum(servers.values()), sum(figures["predicted_seconds"][name] for name in SERVERS)
    figures["summary"] |= {
        "ratio": round(sum(figures["reached"].values()) / max(1, sum(figures["demanded"].values())), 3),
        "sound": all(check.sound for check in checks),
        "failures": figures["failures"],
        "calls": figures["told"].get("calls", 0),
        "texts": figures["told"].get("texts", 0),
        "claims": figures["told"].get("claims", 0),
        "page_p50_ms": round(figures["percentiles_ms"].get("member's page", (0, 0, 0))[0], 1),
        "page_p99_ms": round(figures["percentiles_ms"].get("member's page", (0, 0, 0))[2], 1),
        "processor_seconds": round(measured, 1),
        "predicted_over_measured": round(predicted / measured, 3) if measured else None,
        "cores_used": round(measured / figures["measured_over"], 2),
        **figures["asked"],
        **figures["machine"],
    }


if __name__ == "__main__":
    sys.exit(main())
