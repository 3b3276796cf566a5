"""引入: everything that brings people in. Workbooks are read and cleaned here, judged, and stored in batches that can be repeated."""
