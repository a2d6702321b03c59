"""Reports that leave the node as documents of other systems: CyberTipline XML, XARF, CASE/UCO."""
