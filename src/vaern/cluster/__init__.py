"""One scan by many machines: what it lists is handed out in shares, read where there is room, put together in order.

The machine where the scan runs lists the source, matches and writes; the others read. A share is leased: of a machine
that is lost, another reads it again.
"""
