"""What staff fill in, checked."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from console.models import Judgement
from console.roles import ROLES
from escalation.models import Outcome

LONGEST_WORDS = 1_000  # of a nurse's message: a text of a few segments at most
LARGEST_ID = 2**60
OUTCOMES = [one for one in Outcome.choices if one[0] != Outcome.canary]


class SignIn(AuthenticationForm):
    error_messages = {
        "invalid_login": "Name and password do not belong together.",
        "inactive": "This account has ended.",
    }


class Code(forms.Form):
    code = forms.CharField(max_length=16, label="Code", widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}))


class Close(forms.Form):
    outcome = forms.ChoiceField(choices=[("", "Choose how it ended"), *OUTCOMES])
    note = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))


class Words(forms.Form):
    """Words to a patient, or a note."""

    text = forms.CharField(max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 3}))


class Judge(forms.Form):
    messages = forms.CharField(max_length=4_000)
    judgement = forms.ChoiceField(choices=Judgement.choices)
    subject = forms.RegexField(r"^[a-z_]+(/[a-z0-9_]+)?$", required=False, max_length=80)

    def clean_messages(self) -> list[int]:
        try:
            numbers = [int(one) for one in str(self.cleaned_data["messages"]).split(",")]
        except ValueError as problem:
            raise forms.ValidationError("Numbers, separated by commas.") from problem
        return [number for number in numbers if 0 < number < LARGEST_ID]


class Member(forms.Form):
    username = forms.RegexField(r"^[\w.@+-]+$", max_length=60, label="Sign-in name")
    name = forms.CharField(max_length=100, label="Name")
    role = forms.ChoiceField(choices=[(role, role.capitalize()) for role in ROLES])


class About(forms.Form):
    """A conversation and a reason, for a hold or a deletion."""

    conversation = forms.CharField(max_length=64, label="Conversation")
    why = forms.CharField(max_length=200, label="Reason")
