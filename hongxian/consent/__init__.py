"""同意: the yes and the no. Purposes (purposes.toml), receipts of consent, withdrawals, and suppression, which belongs to a number and holds for ever."""
