-- Retention: calls past their time, months at once; the owner's function, which lets nothing younger than 700 days go.
SELECT forget_calls(%(before)s::timestamptz) AS gone
