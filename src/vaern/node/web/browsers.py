"""The browser and system of a session in words ("Chromium on Linux"), so that people notice a foreign one."""

from __future__ import annotations

from django.utils.translation import gettext as _

BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("HeadlessChrome/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Sign and name. The order matters: most browsers also name those that they descend from, and Safari last."""

SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
"""Sign and name, in an order that matters: Android says Linux too."""


def in_words(user_agent: str) -> str:
    """Return the browser and operating system, as far as recognised.

    Args:
        user_agent: the raw header (RFC 9110 §10.1.5). It is a claim and proves nothing.

    Returns:
        Both, one of them, or "Another program"; never the header itself, which is untrusted.
    """
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if system:
        return _("Another browser on %(system)s") % {"system": system}
    return browser or _("Another program")
