"""This machine: Python, lists, Java and Maven, the clock."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib import metadata, resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from identity.doctor.check import Check, Status
from identity.model.lists import PACKAGES

OLDEST_PYTHON = (3, 11)
OLDEST_JAVA = 17
OLD_LIST_DAYS = 365
JAVA_SECONDS = 10


def python() -> Check:
    """Whether this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Check("python", Status.FAIL, found, f"Use Python {oldest} or newer.")
    return Check("python", Status.OK, f"{found}, {sys.executable}")


def lists(today: date) -> Check:
    """How old the lists of public suffixes, free mail and disposable domains are."""
    text = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    released = _suffix_list_date()
    age = (today - released).days
    message = f"{text} (public suffixes of {released}, {age} days old)"
    if age > OLD_LIST_DAYS:
        fix = f"Upgrade them: pip install --upgrade {' '.join(PACKAGES)}."
        return Check("lists", Status.WARN, message, fix)
    return Check("lists", Status.OK, message)


def _suffix_list_date() -> date:
    path = resources.files("publicsuffixlist") / "public_suffix_list.dat"
    with path.open("r", encoding="utf-8") as file:
        for line in file:
            match = re.match(r"// VERSION: (\d{4}-\d{2}-\d{2})", line)
            if match:
                return date.fromisoformat(match[1])
    raise ValueError("the public suffix list gives no version")


def java() -> Check:
    """Whether a local Neo4j could run here; only for those who want one."""
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if missing:
        return Check(
            "java",
            Status.INFO,
            f"no {' and no '.join(missing)}: needed only to run a local Neo4j",
            "apt-get install openjdk-17-jre-headless maven",
        )
    done = subprocess.run(
        ["java", "-version"], capture_output=True, text=True, timeout=JAVA_SECONDS, check=False
    )
    match = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    found = int(match[1]) if match else 0
    if found < OLDEST_JAVA:
        fix = f"A local Neo4j needs Java {OLDEST_JAVA} or newer."
        return Check("java", Status.INFO, f"Java {found or 'of unknown version'}", fix)
    return Check("java", Status.INFO, f"Java {found} and Maven: a local Neo4j can run here")


def clock(now_ms: int, zone: str, last_run_ms: int | None) -> Check:
    """Whether this machine's clock can be right, and knows the zone of reports."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    shown = now.isoformat(timespec="seconds")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        fix = "Correct attribution.timezone, or install tzdata."
        return Check("clock", Status.FAIL, f"there is no time zone {zone!r}", fix)
    if now.date() < _suffix_list_date():
        message = f"{shown} lies before the lists of this program were made"
        return Check("clock", Status.FAIL, message, "Set this machine's clock (NTP).")
    if last_run_ms is not None and last_run_ms > now_ms:
        last = datetime.fromtimestamp(last_run_ms / 1000, UTC).isoformat(timespec="seconds")
        message = f"{shown}, but the last run was as of {last}"
        return Check("clock", Status.WARN, message, "Check this machine's clock.")
    return Check("clock", Status.OK, f"{shown}, time zone of reports {zone}")
