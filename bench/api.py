"""Registrations a minute through the partners' door: taken in by a desk of its own, and stored by a worker of its own."""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench import _home, _shape

if TYPE_CHECKING:
    from tests.partnership import Partner


ONE = threading.Lock()


def main() -> int:
    made = _shape.parser("api", __doc__, rows=5_000, rounds=1, quick_rows=100)
    made.add_argument("--registrations", type=int, dest="rows", help="the same as --rows: registrations")
    made.add_argument("--clients", type=int, default=8, help="connections (8)")
    asked = _shape.parse(made)
    with _home.prepared():
        from hongxian.cli import company, processes
        from tests.cast import Cast
        from tests.partnership import Partner
        from tests.server import free_port

        port = free_port()
        with company.running("keeper"):
            partner = Partner(Cast(), a_minute=12_000)
            desk, worker = processes.start("desk", {"HONGXIAN_PORT": str(port)}), processes.start("worker", {})
            try:
                _await(port)
                _bench(partner, port, asked.rows, asked.clients)
            finally:
                processes.stop(desk)
                processes.stop(worker)
    return 0


def _bench(partner: Partner, port: int, count: int, clients: int) -> None:
    bodies = [json.dumps(partner.registration(f"+86130{number:08d}", education="bachelor")) for number in range(count)]
    took: list[float] = []
    statuses: dict[int, int] = {}
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(port, partner.key, bodies[n::clients], took, statuses)) for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    stored = _stored(partner, count, begun)
    took.sort()
    print(f"taken in  {count:,} in {taken:.1f} s: {count / taken * 60:,.0f} a minute; {statuses}")
    print(f"stored    {count:,} in {stored:.1f} s: {count / stored * 60:,.0f} a minute")
    print(f"an answer median {statistics.median(took):.1f} ms, 95 % {took[len(took) * 95 // 100]:.1f} ms")
    ratio = round(count / stored * 60 / 5_000, 2)  # of the 5,000 a minute that are asked for
    medians = {"stored a minute": {"product": round(count / stored * 60), "bare": None, "unit": "/min"}}
    figures = _shape.shaped("api", rows=count, rounds=1, ratio=ratio, medians=medians, ratios={"of 5,000 a minute": ratio}) | {
        "taken_a_minute": round(count / taken * 60),
        "stored_a_minute": round(count / stored * 60),
        "answer_ms": round(statistics.median(took), 1),
        "registrations": count,
        "clients": clients,
    }
    print(json.dumps(figures))


def _client(port: int, key: str, bodies: list[str], took: list[float], statuses: dict[int, int]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port)
    for place, body in enumerate(bodies):
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{threading.get_ident()}-{place}",
        }
        begun = time.perf_counter()
        line.request("POST", "/api/v1/registrations", body, headers)
        answer = line.getresponse()
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        with ONE:
            statuses[answer.status] = statuses.get(answer.status, 0) + 1


def _stored(partner: Partner, count: int, begun: float) -> float:
    """Seconds until the last one is a member with receipts and a place in the pool."""
    from tests.cast import rows

    query = "SELECT count(*) FROM pools_entry WHERE city_id = %(c)s"
    give_up = time.perf_counter() + timedelta(minutes=5).total_seconds()
    while time.perf_counter() < give_up:
        found: Any = rows(query, c=partner.cast.city_id)
        if found[0][0] >= count:
            return time.perf_counter() - begun
        time.sleep(0.2)
    message = f"not all were stored: {found[0][0]} of {count}, {rows('SELECT state, reason, count(*) FROM partners_request GROUP BY 1, 2')}"
    raise RuntimeError(message)


def _await(port: int) -> None:
    for _ in range(1_200):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            line.request("GET", "/health/ready")
            if line.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        time.sleep(0.1)
    message = "the desk did not come up"
    raise RuntimeError(message)


if __name__ == "__main__":
    sys.exit(main())
