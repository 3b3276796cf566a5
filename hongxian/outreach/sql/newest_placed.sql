-- The last call of one consultant to one member within seven days, or the one of a press.
/*include outreach/placed_newest*/
