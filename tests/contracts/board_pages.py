"""The addresses of the live board and the digest for test_urls.py: who gets which answer."""

from __future__ import annotations

#        no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
BOARD = "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403"
TABLE = {
    ("desk/board/", "GET"): BOARD,
    ("desk/board/live/", "GET"): BOARD,
}
