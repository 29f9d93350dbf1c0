"""Writes the web tracker's calls: page, track, identify, group, alias, and reveals of an address.

Keys without a value are left out of a call, as trackers do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from identity.generate.book import Book
from identity.generate.campaigns import CLICK_IDS, DIRECT, Touch
from identity.generate.moments import END, MINUTE, iso_time
from identity.generate.people import Person
from identity.generate.words import BLOG_POSTS

SOURCE = "web"
SITE = "www.acme-app.com"
APP = "app.acme-app.com"
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/136.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605",
    "Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
)
BOT_AGENT = "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bots.ledgermoor-weekly.com/about)"
LONGEST_VISIT = 75 * MINUTE
"""No visit lasts longer: at most seven pages, nine minutes apart, and a form."""
_PAGES = ("/", "/product", "/pricing", "/customers", "/integrations", "/docs/getting-started")


def device_ref(anonymous_id: str) -> str:
    """Identifier of an anonymous id."""
    return f"anon:{SOURCE}:{anonymous_id}"


def _host(path: str) -> str:
    return APP if path.startswith("/app") else SITE


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a device.

    ``email``: typed into the form that ends the visit. ``login``: product user id and address of
    the account that signs in at its start. ``reveal``: domain that the visitor's network address
    belongs to.
    """

    device: str
    at: int
    touch: Touch = DIRECT
    email: str = ""
    login: tuple[str, str] | None = None
    form: str = "demo_request"
    reveal: str = ""
    agent: str = ""


class Web:
    """The web tracker. It remembers who was seen on a device, which is the device's truth."""

    def __init__(self, book: Book, rng: random.Random) -> None:
        self._book = book
        self._rng = rng
        self._seen: dict[str, dict[str, Person]] = {}
        self._agents: dict[str, str] = {}
        self.devices_of: dict[str, list[str]] = {}

    def device(self, anonymous_id: str = "") -> str:
        """A new device; trackers that fail send a fixed ``anonymous_id``."""
        new = anonymous_id or str(UUID(int=self._rng.getrandbits(128), version=4))
        self._seen[new] = {}
        self._agents[new] = self._rng.choice(_AGENTS)
        return new

    def met(self, device: str, person: Person) -> None:
        """State that a person made themselves known on a device."""
        self._seen[device][person.key] = person
        devices = self.devices_of.setdefault(person.key, [])
        if device not in devices:
            devices.append(device)

    def tell_devices(self) -> None:
        """Tell the truth of every device: its one person's, nobody's where there are more."""
        for device, people in self._seen.items():
            owner = next(iter(people.values())) if len(people) == 1 else None
            self._book.tell(
                device_ref(device),
                "anonymous",
                contact=owner.contact_key if owner else "",
                company=owner.company_key if owner else "",
            )

    def call(self, kind: str, device: str, at: int, **body: Any) -> str:
        """Write one call; returns its message id."""
        message = f"ajs-{self._rng.getrandbits(96):024x}"
        context = {"userAgent": self._agents[device]} | body.pop("context", {})
        head = {"messageId": message, "type": kind, "anonymousId": device}
        rest = {name: value for name, value in body.items() if value}
        tail = {"context": context, "timestamp": iso_time(at)}
        self._book.web.append((at, head | rest | tail))
        return message

    def page(self, visit: Visit, at: int, *, path: str, referrer: str) -> None:
        """A page view; the first of a visit carries the link's tags and click id."""
        tags = visit.touch.tags if at == visit.at else {}
        query = {f"utm_{'campaign' if k == 'name' else k}": v for k, v in tags.items()}
        if tags.get("medium") in ("cpc", "paid_social"):
            query[CLICK_IDS[visit.touch.source]] = f"{self._rng.getrandbits(80):020x}"
        url = f"https://{_host(path)}{path}" + (f"?{urlencode(query)}" if query else "")
        page = {"path": path, "url": url} | ({"referrer": referrer} if referrer else {})
        context: dict[str, Any] = {"page": page} | ({"campaign": tags} if tags else {})
        if visit.agent:
            context["userAgent"] = visit.agent
        user = visit.login[0] if visit.login else ""
        self.call("page", visit.device, at, userId=user, context=context)

    def visit(self, visit: Visit) -> int:
        """Write a visit's calls, at most 9 minutes apart; returns the instant of the last."""
        if visit.at > END:
            return visit.at
        at = visit.at
        if visit.reveal:
            self.call("reveal", visit.device, at, properties={"company_domain": visit.reveal})
        paths = self._paths(visit)
        before = visit.touch.referrer
        for number, path in enumerate(paths):
            if number:
                at = min(END, at + self._rng.randrange(15, 9 * MINUTE))
            self.page(visit, at, path=path, referrer=before)
            before = f"https://{_host(path)}{path}"
            if visit.login and not number:
                at = self._sign_in(visit.device, at + 5, visit.login)
        if visit.email:
            at = self._submit(visit, min(END, at + self._rng.randrange(20, 2 * MINUTE)))
        return at

    def _paths(self, visit: Visit) -> list[str]:
        rng = self._rng
        count = rng.choices((1, 2, 3, 4, 6), (30, 26, 20, 14, 10))[0]
        if visit.login:
            return [
                "/app/login",
                *rng.choices(("/app/home", "/app/reports", "/app/orders"), k=count),
            ]
        blog = f"/blog/{rng.choice(BLOG_POSTS)}"
        first = blog if rng.random() < 0.35 else rng.choice(_PAGES)
        paths = [first, *rng.choices((*_PAGES, blog), k=count - 1)]
        return [*paths, f"/forms/{visit.form.replace('_', '-')}"] if visit.email else paths

    def _submit(self, visit: Visit, at: int) -> int:
        self.call(
            "track", visit.device, at, event="Form Submitted", properties={"form": visit.form}
        )
        self.call("identify", visit.device, at, traits={"email": visit.email})
        return at

    def _sign_in(self, device: str, at: int, login: tuple[str, str]) -> int:
        user, email = login
        traits = {"email": email} if email else {}
        self.call("identify", device, at, userId=user, traits=traits)
        self.call("track", device, at, userId=user, event="Signed In")
        return at

    def group(self, device: str, at: int, *, user: str, workspace: str) -> None:
        """A group call: the signed-in user works in a workspace."""
        self.call("group", device, at, userId=user, groupId=workspace)

    def alias(self, device: str, at: int, *, user: str, previous: str) -> None:
        """An alias call: ``previous`` anonymous id is this user."""
        self.call("alias", device, at, userId=user, previousId=previous)
