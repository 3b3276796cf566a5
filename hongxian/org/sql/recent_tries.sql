-- How often somebody failed to sign in with this employee number, or from this address, since then.
SELECT count(*) FILTER (WHERE try.employee_no = %(employee_no)s::text) AS by_number,
       count(*) FILTER (WHERE try.address = %(address)s::text) AS by_address
  FROM org_signintry AS try
 WHERE try.at > %(since)s::timestamptz
