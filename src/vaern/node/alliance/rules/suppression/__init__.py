"""Which numbers are not told, so that none below five can be found out.

`cells` says what a table is made of, `system` what somebody can conclude from tables, `protection` what to suppress.
"""
