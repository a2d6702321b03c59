"""National law for recipients of notices, as rows of law: dated, sourced, verified, then cited."""
