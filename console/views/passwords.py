"""Changing one's password; asked for when somebody else made it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console import audit
from console.models import FirstPassword


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, request.user)
        FirstPassword.objects.filter(user=request.user).delete()
        audit.note(request, "changed own password")
        messages.success(request, "Your password is changed.")
        return redirect("console:home")
    first = FirstPassword.objects.filter(user=request.user).exists()
    return render(request, "console/password.html", {"form": form, "first": first})
