"""Pictures in PDF documents (ISO 32000) and the files that are attached to them, read by qpdf.

A picture that is kept as JPEG or JPEG 2000 is given byte for byte; one that is kept as bare samples or as a fax is
given as a TIFF of them. Masks are no pictures of their own. `archives` loads this package late: qpdf takes a tenth of
a second.
"""

from vaern.scanning.pdfs.documents import of_document

__all__ = ["of_document"]
