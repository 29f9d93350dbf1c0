"""Doctor: what is wrong with a project or with this machine, and what to do about it."""

from identity.doctor.check import Check, Report, Status
from identity.doctor.examine import examine

__all__ = ["Check", "Report", "Status", "examine"]
