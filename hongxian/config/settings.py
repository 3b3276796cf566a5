"""Django's settings. Each process signs in to the database as its own role: HONGXIAN_PROCESS says which."""

from __future__ import annotations

import os
import secrets as random
from pathlib import Path
from typing import Any

from hongxian.config.home import DATABASE, ROLES, BadAddress, find_home, find_server, role_name
from hongxian.config.sign_in import companies

PACKAGE = Path(__file__).resolve().parent.parent
HOME = find_home()
try:
    SERVER = find_server()
except BadAddress as error:
    raise SystemExit(str(error)) from None
PROCESS = os.environ.get("HONGXIAN_PROCESS", "worker")
DEMO = os.environ.get("HONGXIAN_DEMO") == "1"
PORT = int(os.environ.get("HONGXIAN_PORT") or 8000)
PORTAL_PORT = int(os.environ.get("HONGXIAN_PORTAL_PORT") or PORT + 1)
# Where members reach the portal; it stands in the texts that they get.
PORTAL_ADDRESS = (os.environ.get("HONGXIAN_PORTAL_ADDRESS") or f"http://localhost:{PORTAL_PORT}").rstrip("/")
# What carries texts: kannel, loopback (a stand-in that sends nothing) or none. docs/decisions/0015-texts-through-kannel.md
SMS_GATEWAY = os.environ.get("HONGXIAN_SMS_GATEWAY") or ("loopback" if DEMO else "none")
if SMS_GATEWAY not in {"kannel", "loopback", "none"}:
    raise SystemExit(f"HONGXIAN_SMS_GATEWAY: kannel, loopback, none; not {SMS_GATEWAY!r}")
KANNEL_URL = os.environ.get("HONGXIAN_KANNEL_URL") or "http://127.0.0.1:13013/cgi-bin/sendsms"
KANNEL_STATUS_URL = os.environ.get("HONGXIAN_KANNEL_STATUS_URL") or ""
KANNEL_USER = os.environ.get("HONGXIAN_KANNEL_USER") or "hongxian"
KANNEL_PASSWORD = os.environ.get("HONGXIAN_KANNEL_PASSWORD") or ""
# Kannel's own loopback stands behind it: nothing leaves this machine, and every page says so.
KANNEL_STAND_IN = os.environ.get("HONGXIAN_KANNEL_STAND_IN") == "1"
SMS_SENDER = os.environ.get("HONGXIAN_SMS_SENDER") or ""
# Where gateways call back: the desk, as they reach it.
GATEWAY_CALLBACKS = (os.environ.get("HONGXIAN_GATEWAY_CALLBACKS") or f"http://127.0.0.1:{PORT}").rstrip("/")
# A text of which no report has come for so long is unknown.
SMS_UNKNOWN_HOURS = int(os.environ.get("HONGXIAN_SMS_UNKNOWN_HOURS") or 24)
# What a carrier takes for one part of a text, in fen; previews and plans count with it.
SMS_PART_FEN = int(os.environ.get("HONGXIAN_SMS_PART_FEN") or 5)

# Who carries calls: sip, cloud, or loopback (a stand-in that only plays the states). Empty: nobody, and the holder is shown numbers.
CALL_GATEWAY = os.environ.get("HONGXIAN_CALL_GATEWAY", "").removesuffix("none")
if CALL_GATEWAY not in {"", "sip", "cloud", "loopback"}:
    raise SystemExit(f"HONGXIAN_CALL_GATEWAY: sip, cloud, loopback, none; not {CALL_GATEWAY!r}")
# Nobody's phone rings: what stands behind the gateway is a stand-in of the demo, and every page says so.
CALL_STAND_IN = CALL_GATEWAY == "loopback" or os.environ.get("HONGXIAN_CALL_STAND_IN") == "1"
# Where the dialer listens for SIP and sound, the office's exchange, the trunk to members, and the number that members see.
SIP_LISTEN = os.environ.get("HONGXIAN_SIP_LISTEN") or "127.0.0.1:5070"
SIP_CONSULTANTS = os.environ.get("HONGXIAN_SIP_CONSULTANTS") or "127.0.0.1:5080"
SIP_MEMBERS = os.environ.get("HONGXIAN_SIP_MEMBERS") or "127.0.0.1:5090"
SIP_CALLER = os.environ.get("HONGXIAN_SIP_CALLER") or "hongxian"
# The cloud of virtual numbers, and who we are there.
CALL_CLOUD_URL = os.environ.get("HONGXIAN_CALL_CLOUD_URL") or ""
CALL_CLOUD_KEY = os.environ.get("HONGXIAN_CALL_CLOUD_KEY") or ""
CALL_CLOUD_SECRET = os.environ.get("HONGXIAN_CALL_CLOUD_SECRET") or ""
# Hosts at which partners may be told though they are not on the internet, or speak plain HTTP; with commas between them.
PARTNER_HOSTS = [host for host in (os.environ.get("HONGXIAN_PARTNER_HOSTS") or "").split(",") if host]

# In tests alone: what stands in for WeCom, DingTalk and Feishu on this machine. Nothing but this machine's own address is taken.
DIGEST_STAND_IN = os.environ.get("HONGXIAN_DIGEST_STAND_IN") or ""
if DIGEST_STAND_IN and not DIGEST_STAND_IN.startswith("http://127.0.0.1:"):
    raise SystemExit(f"HONGXIAN_DIGEST_STAND_IN: http://127.0.0.1:<port>, not {DIGEST_STAND_IN!r}")


def _secret_key() -> str:
    """The key that signs sessions: kept in the home; before the first set-up, one for this process alone."""
    try:
        return (HOME.secrets / "django.key").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return random.token_urlsafe(48)


def database_of(role: str) -> dict[str, Any]:
    """How a process signs in to the database as `role`."""
    name = SERVER.database if SERVER else DATABASE
    options: dict[str, Any] = {
        "server_side_binding": True,
        "prepare_threshold": 2,
        "application_name": f"hongxian-{role}",
        # Harmless on plain PostgreSQL; on a cluster it keeps writes to several shards ordered and settings local. How statements
        # are planned stands in the database (cli/roles.py): a cluster needs another way.
        "options": "-c citus.multi_shard_modify_mode=sequential -c citus.propagate_set_commands=local"
        " -c citus.enable_local_reference_table_foreign_keys=off",
    }
    if role in {"desk", "portal"}:
        options["pool"] = {"min_size": 2, "max_size": 12, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": role_name(role, name),
        "PASSWORD": HOME.password(role),
        "HOST": SERVER.host if SERVER else str(HOME.socket),
        "PORT": SERVER.port if SERVER else 5432,
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if role in {"desk", "portal"} else None,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


if PROCESS not in ROLES:
    message = f"HONGXIAN_PROCESS must be one of {', '.join(ROLES)}, not {PROCESS!r}"
    raise SystemExit(message)

ROLE_NAMES = {role: role_name(role, SERVER.database if SERVER else DATABASE) for role in ROLES}
DATABASES = {"default": database_of(PROCESS)}
SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("HONGXIAN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "allauth.account",  # of allauth only tables and flows; none of its addresses and pages are served
    "allauth.socialaccount",
    "allauth.mfa",
    "hongxian.design",
    "hongxian.audit",
    "hongxian.org",
    "hongxian.members",
    "hongxian.consent",
    "hongxian.vault",
    "hongxian.letters",
    "hongxian.safety",
    "hongxian.pools",
    "hongxian.outreach",
    "hongxian.intake",
    "hongxian.partners",
    "hongxian.visits",
    "hongxian.sales",
    "hongxian.rights",
    "hongxian.tiers",
    "hongxian.reports",
    "hongxian.desk",
    "hongxian.portal",
    "hongxian.cli",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hongxian.design.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hongxian.design.away.DatabaseAway",
    "hongxian.design.city_away.CityAway",  # after it, so asked before it
]

if PROCESS == "portal":  # a visit's token is its own cookie (portal/door.py); the role has no right on sessions
    MIDDLEWARE.remove("django.contrib.sessions.middleware.SessionMiddleware")
    MIDDLEWARE.remove("allauth.account.middleware.AccountMiddleware")
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth.")]

ROOT_URLCONF = "hongxian.config.urls_portal" if PROCESS == "portal" else "hongxian.config.urls"
WSGI_APPLICATION = "hongxian.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "hongxian.design.context.company",
            ]
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "design" / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from the packages; nothing is collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600

SESSION_COOKIE_NAME = f"hongxian_{PROCESS}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = f"hongxian_{PROCESS}_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = (
    "hongxian.portal.pages.errors.csrf_failed" if PROCESS == "portal" else "hongxian.desk.pages.errors.csrf_failed"
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("HONGXIAN_HTTPS") == "1"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Uploads are sealed before they touch the disk, so Django may hold them in memory and never in a temporary file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 60 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGIN_URL = "/login/"
# Signing in without a password: docs/decisions/0025-sign-in-without-a-password.md
SIGN_IN = companies()
SOCIALACCOUNT_ADAPTER = "hongxian.desk.adapters.CompanyAccounts"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "hongxian.desk.adapters.Passkeys"
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

KEEPER_SOCKET = HOME.run / "keeper.sock"
PROCRASTINATE_IMPORT_PATHS = [
    "hongxian.intake.jobs",
    "hongxian.rights.jobs",
    "hongxian.outreach.campaign_jobs",
    "hongxian.reactions",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "hongxian.kernel.logs.JsonFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["out"], "level": "ERROR", "propagate": False},
        "procrastinate": {"handlers": ["out"], "level": "WARNING", "propagate": False},
    },
}
