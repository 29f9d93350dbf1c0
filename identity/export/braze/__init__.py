"""Braze: contacts as user profiles, accounts and opportunities as catalogs.

Four objects of a CRM become two: leads and contacts are one profile, with the CRM's ids as aliases;
accounts and opportunities are items of catalogs that profiles name by id.
"""

from identity.export.braze.export import BrazeExport, export_braze
from identity.export.braze.validate import ExportInvalid, check, problems

__all__ = ["BrazeExport", "ExportInvalid", "check", "export_braze", "problems"]
