"""Exposure: what people looked at, for their own welfare and as the evidence for a viewed flag."""
