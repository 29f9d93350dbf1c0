"""Writes the product's own tables: workspaces, their users, and what the users do."""

from __future__ import annotations

import random

import orjson

from identity.generate.book import Book
from identity.generate.moments import DAY, END, at_work, plain_time
from identity.generate.people import Company, Person

SOURCE = "product"
_ACTIONS = (
    ("logged_in", 20),
    ("report_viewed", 38),
    ("report_starred", 9),
    ("report_created", 10),
    ("order_placed", 12),
    ("integration_connected", 3),
    ("invite_sent", 5),
)


def user_ref(key: str) -> str:
    """Identifier of a product user."""
    return f"user:{SOURCE}:{key}"


def workspace_ref(key: str) -> str:
    """Identifier of a workspace."""
    return f"workspace:{SOURCE}:{key}"


class Product:
    """The product's database. Makers return the new id; keyword fields replace columns."""

    def __init__(self, book: Book, rng: random.Random) -> None:
        self._book = book
        self._rng = rng
        self._users = 1000
        self._workspaces = 100
        self._events = 0
        self.user_of: dict[str, str] = {}

    def workspace(self, name: str, at: int, company: Company | None, **fields: str) -> str:
        """A workspace; ``company`` is the one it truly belongs to, if to exactly one."""
        self._workspaces += 1
        key = str(self._workspaces)
        row = {
            "id": key,
            "name": name,
            "created_at": plain_time(at),
            "updated_at": plain_time(min(END, at + self._rng.randrange(1, 90) * DAY)),
            "plan": self._rng.choices(("free", "team", "business"), (6, 3, 2))[0],
        }
        self._book.row("workspaces", row | fields)
        self._book.tell(workspace_ref(key), "workspace", company=company.key if company else "")
        return key

    def user(self, person: Person, workspace: str, at: int, **fields: str) -> str:
        """A user of a workspace, who signed up at ``at``."""
        self._users += 1
        key = str(self._users)
        row = {
            "id": key,
            "name": person.name,
            "email": person.email,
            "workspace_id": workspace,
            "created_at": plain_time(at),
            "updated_at": plain_time(min(END, at + self._rng.randrange(0, 90) * DAY)),
        }
        self._book.row("users", row | fields)
        self._book.tell(
            user_ref(key), "user", contact=person.contact_key, company=person.company_key
        )
        self.user_of[person.key] = key
        self.event(key, "signed_up", at)
        return key

    def event(self, user: str, name: str, at: int, **fields: str) -> str:
        """One thing a user did; orders carry their number of items."""
        self._events += 1
        key = f"evt_{self._events:08d}"
        properties: dict[str, object] = {"surface": self._rng.choice(("web", "web", "api"))}
        if name == "order_placed":
            properties["items"] = self._rng.randint(1, 12)
        row = {
            "event_id": key,
            "user_id": user,
            "event_name": name,
            "timestamp": plain_time(at),
            "properties": orjson.dumps(properties).decode(),
        }
        self._book.row("product_events", row | fields)
        return key

    def life(self, user: str, signed_up: int) -> None:
        """What the user does from sign-up until they lose interest or the period ends."""
        rng = self._rng
        names = [name for name, _ in _ACTIONS]
        weights = [weight for _, weight in _ACTIONS]
        eager = rng.choice((1, 2, 2, 3, 5))
        until = min(END, signed_up + int(rng.expovariate(1 / 145) + 7) * DAY)
        week = signed_up
        while week < until:
            for _ in range(rng.randint(0, 2 * eager)):
                at = at_work(rng, week + rng.randrange(7 * DAY))
                if signed_up < at < until:
                    self.event(user, rng.choices(names, weights)[0], at)
            week += 7 * DAY
