"""The HTTP service: parses, calls the facade, shapes the answer."""

from identity.api.app import Settings, create_app

__all__ = ["Settings", "create_app"]
