"""组织: cities, stores, agreements, teams, staff, tiers, training. Reference tables: small, copied to every node of a cluster."""
