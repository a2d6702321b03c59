"""Detects bytes that are or could carry media, by content and through common encodings. Pure.

    looking     `media_in`: looks at bytes, undoes what it finds, looks again, to a depth and within a budget of work
    kinds       what begins here, beyond doubt; what text is, and which formats are text themselves
    texts       encodings of the whole text: escapes, percent, quoted-printable, entities, prefixes of lines, dumps
    known       beginnings of media as base64, base32, hexadecimal, numbers and base85 write them, however broken up
    blocks      long encoded blocks, whose content is not known: text, a list of short values, or refused
    packed      the two kinds of zip that are looked into

It does not stop somebody who hides data on purpose (`docs/decisions/0018-media-guard.md`).
"""
