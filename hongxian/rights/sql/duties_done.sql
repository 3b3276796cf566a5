-- When each of the office's own duties was done last, and when the log was verified as a whole.
SELECT duty.kind, max(duty.done_on) AS done_on FROM rights_duty AS duty GROUP BY duty.kind
 UNION ALL
SELECT 'log_check', max((checked.at AT TIME ZONE 'Asia/Shanghai')::date) FROM audit_check AS checked HAVING count(*) > 0
