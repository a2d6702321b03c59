"""Django's settings, all of them: derived from `Configuration`, nothing to edit. Grouped by what they configure."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from vaern.node.base import jobs
from vaern.node.runtime import logs
from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.database import URL_FROM_PARENT, connection_settings
from vaern.node.web import scripts

CONFIGURATION = read_configuration()

# The site ---------------------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = CONFIGURATION.secret_key
EARLIER_SECRETS = CONFIGURATION.earlier_secrets  # open what is sealed; sign nothing, so no SECRET_KEY_FALLBACKS
DIGEST_KEY = CONFIGURATION.digest_key
ALLOWED_HOSTS = [CONFIGURATION.host]
CSRF_TRUSTED_ORIGINS = [CONFIGURATION.address]
if CONFIGURATION.synthetic and CONFIGURATION.host == "localhost":  # whoever tries the demonstration types either name
    ALLOWED_HOSTS.append("127.0.0.1")
    CSRF_TRUSTED_ORIGINS.append(CONFIGURATION.address.replace("localhost", "127.0.0.1"))
ROOT_URLCONF = "vaern.node.urls"
WSGI_APPLICATION = "vaern.node.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique but for erased people, who have none

INSTALLED_APPS = [
    "vaern.node.ledger",
    "vaern.node.organisations",
    "vaern.node.web",
    "vaern.node.casework",
    "vaern.node.casework.drafts",
    "vaern.node.casework.workstations",
    "vaern.node.exchange",
    "vaern.node.law",
    "vaern.node.external",
    "vaern.node.scans",
    "vaern.node.crosscheck",
    "vaern.node.reports",
    "vaern.node.victims",
    "vaern.node.cases",
    "vaern.node.lists",
    "vaern.node.alliance",
    "vaern.node.today",
    "vaern.node.press",
    "vaern.node.oversight",
    "vaern.node.operations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
if CONFIGURATION.synthetic:
    INSTALLED_APPS.append("vaern.node.demo")

MIDDLEWARE = [
    "vaern.node.web.middleware.RequestLog",
    "vaern.node.web.problems.Problems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "vaern.node.web.middleware.Headers",
    "vaern.node.web.middleware.Methods",
    "vaern.node.web.middleware.Query",
    "vaern.node.web.middleware.Cookies",
    "vaern.node.web.in_place.InPlace",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vaern.node.casework.drafts.middleware.Drafts",
    "vaern.node.organisations.middleware.Session",
    # Who may come is decided before a byte of a body is read; then it is read, within limits; CSRF looks for its token
    # in it; and what is left is looked at. A stranger costs nothing beyond a look at little.
    "vaern.node.organisations.middleware.Access",
    "vaern.node.web.intake.Admission",
    "django.middleware.csrf.CsrfViewMiddleware",
    "vaern.node.web.intake.ContentGuard",
    "axes.middleware.AxesMiddleware",
    "vaern.node.casework.middleware.Reasons",
    "vaern.node.today.middleware.Acted",
]
if CONFIGURATION.synthetic:
    MIDDLEWARE.append("vaern.node.demo.middleware.Strip")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "vaern.node.web.context.page",
                *(["vaern.node.demo.context.strip"] if CONFIGURATION.synthetic else []),
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.cache",
                "vaern.node.web.templatetags.components",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data -------------------------------------------------------------------------------------------------------------
# Importing the settings starts nothing: whoever runs the node has called `database.provide` before.
DATABASES = {"default": connection_settings(CONFIGURATION.database_url or os.environ.get(URL_FROM_PARENT, ""))}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Counts of attempts and used codes: shared by all processes, so in the database; rows go when they expire.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "organisations_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    },
    # Parts of pages that are the same for all who may do the same: in the memory of each process. No record is in them.
    "parts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "parts",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}

# Requests ---------------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 21  # documents of another system, and one more, so that a page can say how many
# No upload ever touches a disk: what is too large for memory is refused.
FILE_UPLOAD_HANDLERS = ["vaern.node.web.intake.InMemoryOnly"]

# Transport --------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = CONFIGURATION.secure
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^metrics$"]  # asked for on this machine, behind the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIGURATION.secure else None
SECURE_HSTS_SECONDS = 63_072_000 if CONFIGURATION.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = CONFIGURATION.secure
# Not "no-referrer": browsers then send `Origin: null` with every form, and none would be taken. Other hosts get none.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = CONFIGURATION.secure
CSRF_FAILURE_VIEW = "vaern.node.web.errors.csrf_failure"
SESSION_COOKIE_NAME = "__Host-session" if CONFIGURATION.secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if CONFIGURATION.secure else "csrf"
CSRF_COOKIE_AGE = None  # it goes with the browser: on a shared device it tells nobody later that somebody was here
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# People and sessions ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "vaern.node.organisations.backends.Accounts",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_SECONDS = 10 * 3600  # a working day, whatever happens
SESSION_COOKIE_AGE = 24 * 3600  # longer than any session: one that has ended still says whose it was (drafts)
IDLE_SECONDS = 30 * 60
WARN_SECONDS = 5 * 60  # how long before its end a session says so
STEP_UP_SECONDS = 5 * 60

ACCOUNT_ADAPTER = "vaern.node.organisations.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation came by mail
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = STEP_UP_SECONDS
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")  # no code by mail: who can read somebody's mail is not them
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make the node write to strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Værn] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if CONFIGURATION.secure else "http"
ACCOUNT_RATE_LIMITS = {
    "password_failed": "60/h/key",  # from all places together; axes counts each place
    "accept_invitation": "30/m/ip",
    "portal": "120/m/ip",  # of hosts, on the pages that their notices lead to
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if CONFIGURATION.secure else 0  # whoever serves TLS stands in front
ACCOUNT_FORMS = {
    "login": "vaern.node.web.sign_in.SignInForm",
    "reauthenticate": "vaern.node.web.sign_in.PasswordAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "vaern.node.organisations.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "vaern.node.web.sign_in.SecondFactorForm",
    "reauthenticate": "vaern.node.web.sign_in.SecondFactorAgainForm",
    "add_webauthn": "vaern.node.organisations.forms_sign_in.NewPasskey",
    "authenticate_webauthn": "vaern.node.organisations.forms_sign_in.PasskeyAfterPassword",
    "reauthenticate_webauthn": "vaern.node.organisations.forms_sign_in.PasskeyAgain",
    "login_webauthn": "vaern.node.organisations.forms_sign_in.PasskeyAlone",
}
MFA_TOTP_ISSUER = f"Værn {CONFIGURATION.host}"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CONFIGURATION.secure
USERSESSIONS_TRACK_ACTIVITY = False  # organisations/sessions.py notes it, once a minute

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "vaern.node.organisations.adapter.address_tried"
AXES_CLIENT_IP_CALLABLE = "vaern.node.organisations.adapter.place_of"
AXES_SENSITIVE_PARAMETERS = ["login", "oldpassword", "code", "credential", "csrfmiddlewaretoken", "next"]
AXES_DISABLE_ACCESS_LOG = True  # the ledger says who signed in
AXES_LOCKOUT_TEMPLATE = "organisations/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False

# Mail -------------------------------------------------------------------------------------------------------------
_mail = urlsplit(CONFIGURATION.mail_url)
EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "folder": "vaern.node.demo.mailbox.Folder",
}.get(_mail.scheme, "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or {"smtps": 465, "smtp+tls": 587}.get(_mail.scheme, 25)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
PROCRASTINATE_IMPORT_PATHS = ["vaern.node.web.mail", *jobs.modules()]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIGURATION.mail_from

# Languages --------------------------------------------------------------------------------------------------------
LANGUAGES = [("en", _("English")), ("da", _("Danish"))]
LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
FORMAT_MODULE_PATH = ["vaern.node.web.formats"]

# Styles and scripts, from our own address --------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = CONFIGURATION.home / "static"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # no file is ever stored
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_ADD_HEADERS_FUNCTION = scripts.protect

# Logs -------------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = None
logs.configure()

# Reports and lists ------------------------------------------------------------------------------------------------
LISTS = CONFIGURATION.lists or CONFIGURATION.home / "lists"
LISTS_ASIDE = CONFIGURATION.home / "lists-aside"  # entries that are not matched, by which curators find them
RELEASES = CONFIGURATION.home / "releases"  # the repository of signed releases of lists
RELEASES_KEY = CONFIGURATION.home / "keys" / "releases.key"
SUBSCRIBER_KEYS = CONFIGURATION.home / "keys"  # by which organisations say what they use of others' releases
KEY_RATE = CONFIGURATION.key_rate
