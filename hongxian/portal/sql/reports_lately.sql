-- How often the visitor reported something since then.
SELECT count(*) AS reports FROM portal_own_report AS report WHERE report.at > %(since)s::timestamptz
