"""Spreading a company over a cluster of Citus nodes, and gathering it again; see docs/running/cluster.md."""
