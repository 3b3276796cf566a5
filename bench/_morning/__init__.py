"""The parts of the morning: its city, its consultants, what is measured, and the audit afterwards."""
