"""
Drills (演练): trouble of every kind for a company of its own. Not part of the product, as benches are not: what kills processes
and plays carriers has no place in what serves; what a drill audits is the product's own `bin/hongxian check`.
"""
