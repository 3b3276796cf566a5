"""报表: what managers and headquarters see of the company's work: the live board, the hourly digest, reports, what stands out. Counts only."""
