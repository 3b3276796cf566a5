"""The addresses of reports and of what stands out, for test_urls.py: who gets which answer, and what has to be there for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reports.standing import anomaly_of

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

ANOMALY = "desk/anomalies/<int:city_id>/<int:anomaly_id>/"
#             no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
MANAGERS = "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403"
TABLE = {
    ("desk/reports/", "GET"): MANAGERS,
    ("desk/reports.xlsx", "GET"): MANAGERS,
    ("desk/reports.pdf", "GET"): MANAGERS,
    ("desk/anomalies/", "GET"): "302  302  403  403  403  403  403  200  403  200  200  200  403  200  403",
    (ANOMALY, "GET"): "302  302  403  403  403  403  403  200  403  404  200  200  403  200  403",
    (ANOMALY + "acknowledge/", "POST"): "302  302  403  403  403  403  403  422  403  404  422  422  403  403  403",
}
FOREIGN = {(ANOMALY, "GET"): "zheng", (ANOMALY + "acknowledge/", "POST"): "zheng"}
COMPLETE = {"acknowledge/": {"result": "talked", "note": "x"}}


def plant(cast: Cast, _member: Someone) -> dict[str, int]:
    """What stands out about 兰."""
    return {"anomaly_id": anomaly_of(cast, cast.lan)}


def others(cast: Cast, elsewhere: Cast, _who: str) -> list[dict[str, int]]:
    """Nobody's, another store's, 郑's own, another city's, and a number too large."""
    numbers = (2**53, anomaly_of(cast, cast.wu), anomaly_of(cast, cast.zheng), anomaly_of(elsewhere, elsewhere.lan), 2**80)
    return [{"anomaly_id": number} for number in numbers]
