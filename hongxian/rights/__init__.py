"""权利: what a person may ask for (copy, correction, deletion, explanation), complaints, incidents, and the legal clocks on them."""
