-- Which template a wording is of.
SELECT version.template_id AS id FROM outreach_version AS version WHERE version.id = %(version_id)s::bigint
