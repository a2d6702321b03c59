"""Files that are larger than a message: cut, carried beside the messages, and put together again.

`send(…, file=…)` writes one with its message. It waits here until the peer asks for its pieces. There the message waits
until all have come, are what the message said, and hold nothing that never enters a node; then its app takes it in,
with `Delivery.file`. What is about the same thing passes it meanwhile: a recall does not wait for what it recalls. So a
kind that brings files adds to what an earlier message began, and looks at how that stands when it is taken in.
"""
