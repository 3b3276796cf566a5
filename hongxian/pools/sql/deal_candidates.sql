-- Whom a pool has to deal for a tier, best first, behind the last one looked at; nothing is held. For the dry run.
/*include pools/deal_candidates*/
