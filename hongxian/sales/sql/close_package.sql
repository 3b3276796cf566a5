-- A package is closed: no new contract is of it.
UPDATE sales_package AS package SET open = false WHERE package.id = %(package_id)s::bigint AND package.open
