"""What every context stands on: actors, permissions, refusals, SQL files, distributed tables, labels. No tables of its own."""
