"""The programs a Neo4j server needs here: a Java runtime, and its jars as Maven delivers them.

The jars lie in ``.neo4j/lib/<versions>/`` of the repository, or under the folder that the
environment variable ``IDENTITY_NEO4J_LIB`` names. A folder of jars is made under another name and
renamed when it is complete, so that it either holds everything or does not exist; several servers
and several checkouts may share it. As a program (``python -m tools.neo4j_jars``) it fills the
folder ahead of its first use and prints where it is.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from identity.errors import EngineMissing

REPOSITORY = Path(__file__).resolve().parent.parent
POM = Path(__file__).resolve().parent / "neo4j" / "pom.xml"
LIB_VARIABLE = "IDENTITY_NEO4J_LIB"
OLDEST_JAVA = 17
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
COPY_SECONDS = 600

GET_JAVA = (
    "Install one, for instance `apt-get install openjdk-17-jre-headless` or "
    "`brew install openjdk@21`, or set JAVA_HOME."
)
GET_MAVEN = (
    "Install it, for instance `apt-get install maven` or `brew install maven`, or set "
    f"{LIB_VARIABLE} to a folder that another machine has filled."
)


def find_java() -> str:
    """Path of a Java runtime that can run the server: ``$JAVA_HOME``, else the search path.

    Raises ``EngineMissing`` when there is none or when it is older than Java 17.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")
    if java is None:
        place = f"in JAVA_HOME={home}" if home else "on the search path"
        raise EngineMissing(f"There is no Java runtime {place}.", fix=GET_JAVA)
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    major = java_major(answer.stderr)
    if major is None:
        raise EngineMissing(f"{java} does not tell its version: {answer.stderr!r}", fix=GET_JAVA)
    if major < OLDEST_JAVA:
        raise EngineMissing(
            f"{java} is Java {major}; the server needs Java {OLDEST_JAVA} or newer.", fix=GET_JAVA
        )
    return java


def java_major(version_text: str) -> int | None:
    """The feature release in what ``java -version`` writes; 8 for the old form ``1.8.0_292``."""
    found = re.search(r'version "(?:1\.)?(\d+)', version_text)
    return int(found.group(1)) if found else None


def jar_versions() -> tuple[str, str]:
    """The versions of server and Browser that ``pom.xml`` names."""
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    properties = ET.parse(POM).getroot().find("m:properties", names)
    assert properties is not None
    server = properties.findtext("m:neo4j.version", namespaces=names)
    browser = properties.findtext("m:browser.version", namespaces=names)
    assert server
    assert browser
    return server, browser


def jar_folder() -> Path:
    """The folder with the server's jars, filled by Maven when it does not exist yet.

    About 137 MB; ten seconds on an empty Maven repository. Raises ``EngineMissing`` when Maven is
    away or cannot deliver.
    """
    server, browser = jar_versions()
    shelf = Path(os.environ.get(LIB_VARIABLE) or REPOSITORY / ".neo4j" / "lib")
    if (shelf / f"neo4j-{server}.jar").is_file():
        return shelf  # filled by hand, without a folder per version
    folder = shelf / f"neo4j-{server}-browser-{browser}"
    if folder.is_dir():
        return folder
    shelf.mkdir(parents=True, exist_ok=True)
    with _only_one(shelf / ".lock"):
        if not folder.is_dir():
            _copy_jars(folder)
    return folder


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file while the block runs; other processes wait."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _copy_jars(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise EngineMissing("Maven, which fetches the server's jars, is missing.", fix=GET_MAVEN)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".filling-") as temporary:
        filling = Path(temporary) / "jars"
        command = [maven, "-B", "-q", "-f", str(POM), COPY_GOAL]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={filling}"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=COPY_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise EngineMissing(
                f"Maven did not deliver the server's jars within {COPY_SECONDS} s."
            ) from None
        if done.returncode != 0:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
            raise EngineMissing(f"Maven cannot deliver the server's jars:\n{tail}")
        filling.rename(folder)


if __name__ == "__main__":
    sys.stdout.write(f"{jar_folder()}\n")
