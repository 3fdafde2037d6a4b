"""The pages that notices of django-helpdesk link to."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("helpdesk/", include("helpdesk.urls", namespace="helpdesk"))]
