"""Sign-in, second factor, sign-out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp import match_token

from console import audit
from console import second_factor as factor
from console.forms import Code, SignIn

sign_in = LoginView.as_view(
    template_name="console/sign_in.html", authentication_form=SignIn, redirect_authenticated_user=True
)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: object = None) -> HttpResponse:
    """After too many failures from one address for one name."""
    audit.write("nobody", "locked out", address=request.META.get("REMOTE_ADDR", ""))
    title, text = "Too many tries", "Sign-in from here rests for 15 minutes."
    return render(request, "console/refusal.html", {"title": title, "text": text}, status=429)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("console:sign_in")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code of the authenticator app, or a recovery code."""
    assert request.user.is_authenticated
    if not factor.has_device(request.user):
        return redirect("console:set_up")
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = match_token(request.user, form.cleaned_data["code"].replace(" ", ""))
        if device:
            _known(request, device)
            return redirect("console:home")
        audit.note(request, "second factor failed")
        form.add_error("code", "This code is not right, or it was used. Wait for the next one.")
    return render(request, "console/second_factor.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Pairs an authenticator app; ends with recovery codes. Only for who has none, or has just proved the old one."""
    assert request.user.is_authenticated
    if factor.has_device(request.user):
        return redirect("console:second_factor")
    device = factor.new_device(request.user)
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"].replace(" ", "")):
            codes = factor.confirm(device)
            audit.note(request, "second factor set up")
            _known(request, device)
            return render(request, "console/recovery_codes.html", {"codes": codes})
        form.add_error("code", "This code is not right. Wait for the next one.")
    given = {"form": form, "picture": factor.picture(device), "key": factor.key_of(device)}
    return render(request, "console/set_up.html", given)


def _known(request: HttpRequest, device: object) -> None:
    """A new session id, so that one from before the second factor is worth nothing."""
    request.session.cycle_key()
    otp_login(request, device)
    messages.success(request, "You are signed in.")


