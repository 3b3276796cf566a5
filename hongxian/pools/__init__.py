"""
公海: pools, entries, holdings, quotas, grades.

A member who may be contacted is in exactly one place: an entry of a pool, a holding of one consultant, or resting.
Start at claiming.py; the tables and why they are narrow: docs/decisions/0004.
"""
