"""Which role may do what. Roles are Django's groups; the first permission of a role is where its work begins."""

from __future__ import annotations

from typing import Any

NURSE = (
    "see_queue", "work_cases", "see_conversations", "answer", "note", "reveal", "export_case", "review", "see_overview",
)  # fmt: skip
ROLES: dict[str, tuple[str, ...]] = {
    "nurse": NURSE,
    "coordinator": (*NURSE, "export_many"),
    "administrator": ("manage_staff", "manage_data", "see_overview"),
    "auditor": ("see_audit", "see_overview"),
}
# Where the menu leads, in its order: permission, address, words.
PAGES = (
    ("see_queue", "console:queue", "Queue"),
    ("see_conversations", "console:conversations", "Conversations"),
    ("review", "console:review", "Review"),
    ("see_overview", "console:overview", "Overview"),
    ("manage_staff", "console:staff", "Staff"),
    ("manage_data", "console:data", "Data"),
    ("see_audit", "console:audit", "Audit"),
)


def may(user: Any, permission: str) -> bool:
    return bool(user.has_perm(f"console.{permission}"))


def role_of(user: Any) -> str:
    """The names of the user's roles, for people and for the audit trail."""
    if not getattr(user, "is_authenticated", False):
        return ""
    if not hasattr(user, "role_names"):
        user.role_names = ", ".join(user.groups.order_by("name").values_list("name", flat=True))
    return str(user.role_names)


def pages_of(user: Any) -> list[tuple[str, str]]:
    """Address and words of each page that the user may open."""
    return [(address, words) for permission, address, words in PAGES if may(user, permission)]


def write_roles() -> None:
    """Makes the groups hold exactly what ROLES says. Idempotent."""
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType

    from console.models import Access

    kind = ContentType.objects.get_for_model(Access)
    for codename, words in Access._meta.permissions:
        Permission.objects.update_or_create(content_type=kind, codename=codename, defaults={"name": words})
    known = {one.codename: one for one in Permission.objects.filter(content_type=kind)}
    for name, permissions in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([known[permission] for permission in permissions])
