"""会员: the record of a member. Coarse facets lie plain here; whatever names a person lies sealed in the vault."""
