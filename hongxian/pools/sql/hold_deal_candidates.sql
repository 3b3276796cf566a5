-- As deal_candidates, held until the transaction ends; whom others are taking is skipped.
/*include pools/deal_candidates*/
   FOR UPDATE OF entry SKIP LOCKED
