"""Tiers (级别): every month a proposal from results, with refusals and complaints counted; a manager decides."""
