"""What a clinic sets without us: names, numbers, hours and languages, read from clinic.yml and checked."""

from clinic.ladder import CASE_LEVELS, PATIENT, Escalation, Ladder, Recipient, Rung, Watch
from clinic.reading import load
from clinic.settings import Clinic, ClinicError, OpeningHours

__all__ = [
    "CASE_LEVELS", "PATIENT", "Clinic", "ClinicError", "Escalation", "Ladder", "OpeningHours", "Recipient", "Rung", "Watch", "load",
]  # fmt: skip
