"""The addresses of reports and of what stands out, for test_urls.py: who gets which answer."""

from __future__ import annotations

#             no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
MANAGERS = "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403"
TABLE = {
    ("desk/reports/", "GET"): MANAGERS,
    ("desk/reports.xlsx", "GET"): MANAGERS,
    ("desk/reports.pdf", "GET"): MANAGERS,
}
