"""Benches: what the product keeps of the bare database's speed. One module each, run by bin/bench NAME."""
