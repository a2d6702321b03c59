"""What the alliance tells the public: releases of aggregates, with small numbers suppressed."""
