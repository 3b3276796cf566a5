"""hongxian 红线: the customer system of a matchmaking company. Start reading at ARCHITECTURE.md."""
