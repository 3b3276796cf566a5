-- Retention: placed calls past their time, months at once; the owner's function, which lets nothing younger than 700 days go.
SELECT forget_placed_calls(%(before)s::timestamptz) AS gone
