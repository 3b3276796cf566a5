"""触达: calls and their outcomes, refusing, and the gate that decides every contact. Start at gate.py."""
