-- When each of the office's own duties was done last.
SELECT duty.kind, max(duty.done_on) AS done_on FROM rights_duty AS duty GROUP BY duty.kind
