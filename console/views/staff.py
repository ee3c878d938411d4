"""Accounts of the staff, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from console import accounts, audit, second_factor
from console.access import needs
from console.forms import Member
from console.roles import ROLES


@require_safe
@needs("manage_staff")
def page(request: HttpRequest) -> HttpResponse:
    audit.note(request, "looked at", "staff")
    return _page(request)


def _page(request: HttpRequest, *, form: Member | None = None, shown: tuple[str, str] | None = None, status: int = 200) -> HttpResponse:
    """`shown`: a name and its new password, for this once."""
    members = User.objects.order_by("username").prefetch_related("groups", "totpdevice_set")
    given = {"members": members, "form": form or Member(), "roles": list(ROLES), "shown": shown}
    return render(request, "console/staff.html", given, status=status)


@require_POST
@needs("manage_staff")
def add(request: HttpRequest) -> HttpResponse:
    form = Member(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    given = form.cleaned_data
    try:
        password = accounts.create(given["username"], given["role"], name=given["name"])
    except accounts.AccountProblem as problem:
        form.add_error("username", str(problem))
        return _page(request, form=form, status=422)
    audit.note(request, "made account", given["username"], new_role=given["role"])
    return _page(request, shown=(given["username"], password))


@require_POST
@needs("manage_staff")
def change(request: HttpRequest, user: int) -> HttpResponse:
    """Role, end or begin of an account, a new password, a new second factor. Nobody changes the own account."""
    member = get_object_or_404(User, pk=user)
    deed = request.POST.get("deed", "")
    if member == request.user:
        messages.error(request, "Another administrator has to change your account.")
    elif deed == "role" and request.POST.get("role") in ROLES:
        member.groups.set(Group.objects.filter(name=request.POST["role"]))
        audit.note(request, "changed role", member.username, new_role=request.POST["role"])
        messages.success(request, f"{member.username} is now {request.POST['role']}.")
    elif deed in ("end", "begin"):
        member.is_active = deed == "begin"
        member.save(update_fields=["is_active"])
        audit.note(request, "ended account" if deed == "end" else "began account again", member.username)
        messages.success(request, f"{member.username}: the account {'has ended' if deed == 'end' else 'works again'}.")
    elif deed == "password":
        password = accounts.renew_password(member)
        audit.note(request, "renewed password", member.username)
        return _page(request, shown=(member.username, password))
    elif deed == "factor":
        second_factor.forget(member)
        audit.note(request, "reset second factor", member.username)
        messages.success(request, f"{member.username} sets up a new second factor at the next sign-in.")
    else:
        messages.error(request, "Nothing was changed.")
    return redirect("console:staff")
