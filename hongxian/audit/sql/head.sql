-- Where the log stands: its name, how many leaves, up to which trace.
SELECT head.origin, head.size, head.low FROM audit_head AS head
