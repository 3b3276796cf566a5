"""One file an address."""
