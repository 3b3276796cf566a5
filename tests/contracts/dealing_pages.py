"""The addresses of dealing, rota, reshuffle and tiers, for test_urls.py: who gets which answer."""

from __future__ import annotations

#                                    no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
TABLE = {
    ("desk/dealing/", "GET"):       "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/dealing/undo/", "POST"): "302  302  403  403  403  403  403  422  403  422  403  403  403  403  403",
    ("desk/rota/", "GET"):          "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/rota/", "POST"):         "302  302  403  403  403  403  403  422  403  422  403  403  403  403  403",
    ("desk/here/", "POST"):         "302  302  302  403  303  303  403  403  303  403  403  403  403  403  403",
    ("desk/reshuffle/", "GET"):     "302  302  403  403  403  403  403  403  403  403  200  403  403  403  403",
    ("desk/reshuffle/", "POST"):    "302  302  403  403  403  403  403  403  403  403  422  403  403  403  403",
}  # fmt: skip
