"""What every page shares: templates, components, styles, middleware, the guard against media."""
