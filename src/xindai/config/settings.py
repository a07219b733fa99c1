"""Settings of the product.  Everything that differs between installations comes from the environment.

``DATABASE_URL`` the PostgreSQL database; ``XINDAI_DATA`` the data folder; ``XINDAI_HOSTS`` the names
under which the product is served; ``XINDAI_HTTPS`` ``on`` behind TLS (secure cookies, HSTS), ``off``
for plain http, which is meant for the loopback address only; ``XINDAI_MASTER_KEY`` the master key in
hex when it is not kept in the data folder; ``XINDAI_TIME_ZONE`` the bank's time zone;
``XINDAI_OUTGOING_HOSTS`` the hosts that may be called; ``XINDAI_WEBHOOK_NETWORKS`` the networks that are not
public and may be told of events all the same (``10.20.0.0/16``; the loopback too only when it is named); ``XINDAI_DEBIT_CHANNEL`` the class that
draws direct debits (see payments.channel); ``XINDAI_PAY_IN_CHANNEL`` the class by which borrowers pay
themselves (see payments.sandbox); ``XINDAI_MESSAGE_CARRIER`` the class that carries messages
to people (see notices.carriers); ``XINDAI_LOG`` a file, or ``-`` for standard error.
"""

import os
from pathlib import Path

import pghistory
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from xindai.config import apps, data_folder, database
from xindai.kernel import http, translations
from xindai.kernel import logging as kernel_logging


def _words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


DATA = data_folder.locate(os.environ)
PACKAGE = Path(__file__).resolve().parents[1]

# --- the core ---
DEBUG = False
SECRET_KEY = data_folder.secret(DATA, "secret.key").hex()
MASTER_KEY = bytes.fromhex(os.environ.get("XINDAI_MASTER_KEY", "")) or data_folder.secret(DATA, "master.key", 32)
ALLOWED_HOSTS = _words("XINDAI_HOSTS", "localhost 127.0.0.1 [::1]")
IS_HTTPS = os.environ.get("XINDAI_HTTPS", "off") == "on"
ROOT_URLCONF = "xindai.config.urls"
WSGI_APPLICATION = "xindai.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database.from_url(os.environ.get("DATABASE_URL"))}

INSTALLED_APPS = [
    *apps.INSTALLED,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
    "django_fsm",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "xindai.config.middleware.RequestIdentity",
    "xindai.config.middleware.PrivateAnswers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xindai.config.middleware.SignInRateLimit",
    "xindai.config.middleware.ClientTokens",
    "xindai.config.middleware.ReadsOnce",
    "xindai.config.middleware.Permissions",
    "xindai.config.middleware.NoNullCharacters",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xindai.config.middleware.ErrorPages",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "xindai.console.shell.shell",
            ],
        },
    }
]

# --- audit ---
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

# --- language and time ---
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "xindai_language"
LOCALE_PATHS = [DATA / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
BANK_TIME_ZONE = os.environ.get("XINDAI_TIME_ZONE", "Asia/Shanghai")

# --- people ---
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "display_name")}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["password"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
SIGN_IN_ATTEMPTS_A_MINUTE = int(os.environ.get("XINDAI_SIGN_IN_ATTEMPTS_A_MINUTE", "20"))
TOKEN_REQUESTS_A_MINUTE = int(os.environ.get("XINDAI_TOKEN_REQUESTS_A_MINUTE", "120"))

# --- what browsers are told ---
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("XINDAI_PROXY") == "on" else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- static files ---
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
STATICFILES_DIRS: list[tuple[str, Path]] = []
for _prefix, _folder in (("tabler", "@tabler/core/dist"), ("echarts", "echarts/dist"), ("swagger", "swagger-ui-dist")):
    for _modules in (DATA / "node" / "node_modules", data_folder.CHECKOUT / "node_modules"):
        if (_modules / _folder).is_dir():
            STATICFILES_DIRS.append((_prefix, _modules / _folder))
            break
PAPER_FONTS = next(
    (folder for folder in (DATA / "node" / "node_modules", data_folder.CHECKOUT / "node_modules") if folder.is_dir()),
    DATA / "node" / "node_modules",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA / "files"

# --- the way out ---
OUTGOING_HOSTS = _words("XINDAI_OUTGOING_HOSTS")
WEBHOOK_NETWORKS = http.networks_of(_words("XINDAI_WEBHOOK_NETWORKS"))
DEBIT_CHANNEL = os.environ.get("XINDAI_DEBIT_CHANNEL", "")
PAY_IN_CHANNEL = os.environ.get("XINDAI_PAY_IN_CHANNEL", "")
MESSAGE_CARRIER = os.environ.get("XINDAI_MESSAGE_CARRIER", "")

# --- logs ---
LOGGING_CONFIG = None
_log = os.environ.get("XINDAI_LOG", str(DATA / "log" / "xindai.jsonl"))
kernel_logging.configure(None if _log == "-" else Path(_log))

translations.compile_into(DATA / "locale", PACKAGE)
