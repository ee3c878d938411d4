"""What a clinic sets without us: names, numbers, hours and languages, read from clinic.yml and checked."""

from clinic.reading import load
from clinic.settings import Clinic, ClinicError, OpeningHours

__all__ = ["Clinic", "ClinicError", "OpeningHours", "load"]
