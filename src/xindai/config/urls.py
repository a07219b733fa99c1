"""All addresses of the product: each app that serves pages has its own ``urls.py``."""

from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

_PACKAGE = Path(__file__).resolve().parents[1]

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"xindai.{name}.urls"))
    for prefix, name in (("api/", "api"), ("me/", "portal"), ("", "console"))
    if (_PACKAGE / name / "urls.py").is_file()
]
urlpatterns += [path("", include("xindai.portal.public"))]

handler400 = "xindai.config.error_pages.bad_request"
handler403 = "xindai.config.error_pages.forbidden"
handler404 = "xindai.config.error_pages.not_found"
handler500 = "xindai.config.error_pages.server_error"
