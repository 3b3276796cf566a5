"""审计: the append-only record. Traces say who looked at or touched whom, why and with what outcome; changes say who altered the company's own settings."""
