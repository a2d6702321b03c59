"""Export of reports as documents of other systems: CyberTipline XML, XARF, CASE/UCO."""
