"""到店: rooms of a store, visits that members agreed to, the calendar, and the forecast for the weekend. Start at booking.py."""
