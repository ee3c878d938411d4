"""The service's addresses as they are when single sign-on is set: settings are read once, tests set it later."""

from django.urls import include, path

from service.urls import handler400, handler403, handler404, handler500
from service.urls import urlpatterns as without

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = [path("console/oidc/", include("mozilla_django_oidc.urls")), *without]
