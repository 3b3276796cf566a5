-- What the company sells, what is open first.
SELECT package.id AS package_id, package.name, package.months::int AS months, package.price_fen, package.open
  FROM sales_package AS package
 ORDER BY package.open DESC, package.months, package.id
