"""权利: what a person may ask of the company, and the clocks on it: requests, complaints, incidents and their notices, the privacy office's duties. Start at requesting.py."""
