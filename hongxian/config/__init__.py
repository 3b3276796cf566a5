"""Settings, root URLs and system checks: the only reader of the environment."""
