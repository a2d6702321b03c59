"""What every page shares: templates, components, styles, middleware, the media guard."""
