"""Releases to organisations of other nodes, whatever they release: the same row on both nodes, under one id.

A kind of record travels when its app says by which kind of message (`travel`). On the sender's node the act makes a
release, as to anybody; the app's message carries what it needs. On the receiver's node the message makes the record or
the copy, and `arrived` the release by which it came, so that every page there is as if it had come from next door.
Recall, acknowledgement and prolongation are alike for all kinds, and need nothing of the app.
"""
