"""The demo account of the console: made at the first start on one machine, its password printed once. Never at an https address."""
from __future__ import annotations

from stack import places
from stack.steps import command

TROUBLE = "The demo account could not be made."


def account() -> str:
    """The line to print; "" when the account is there already or is not wanted."""
    if places.demo_mode() != "yes":
        return ""
    make = [str(places.SERVICE_PYTHON), "manage.py", "demo_account"]
    said = command(make, folder=places.ROOT, trouble=TROUBLE, environment=places.shared_environment()).split()
    if len(said) < 2:
        return ""
    return f"    sign in as {said[-2]} with the password {said[-1]}   (shown this once)"
