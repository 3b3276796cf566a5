"""合同: service contracts in their simplest form: who, which package, how much, until when. Start at signing.py."""
