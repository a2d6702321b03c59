"""Charts of the alliance: SVG that the server writes, readable without colour, each with its table beside it.

`OverTime` draws lines over periods, `ByMember` draws bars; both are components, written in a page as `{{ chart }}`, and
both give a whole SVG file for a document by `standalone()`.
"""
