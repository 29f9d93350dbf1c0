"""Finding Java, and filling the folder of jars."""

from __future__ import annotations

from pathlib import Path

import pytest

from identity.errors import EngineMissing
from tools.neo4j_jars import find_java, jar_folder, jar_versions, java_major


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16 LTS', 25),
        ('java version "1.8.0_292"', 8),
        ("command not found", None),
    ],
)
def test_java_major_reads_old_and_new_forms(text: str, major: int | None) -> None:
    assert java_major(text) == major


def _program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_java_home_wins_over_the_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = _program(tmp_path / "jdk" / "bin", "java", "echo 'version \"21.0.1\"' >&2")
    _program(tmp_path / "path", "java", "echo 'version \"17.0.1\"' >&2")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert find_java() == str(chosen)


def test_an_old_java_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "java", "echo 'openjdk version \"11.0.20\"' >&2")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineMissing, match=r"is Java 11; .*apt-get install"):
        find_java()


def test_no_java_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineMissing, match="no Java runtime on the search path"):
        find_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineMissing, match="no Java runtime in JAVA_HOME"):
        find_java()


def test_no_maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setenv("IDENTITY_NEO4J_LIB", str(tmp_path / "lib"))
    with pytest.raises(EngineMissing, match=r"Maven, .* is missing.*apt-get install maven"):
        jar_folder()


def test_a_failing_maven_leaves_no_folder_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a failed download leaves: some jars, and a message.
    script = "for a; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done\n"
    script += 'mkdir -p "$d"; : > "$d/half.jar"; echo "[ERROR] no route to host"; exit 1'
    _program(tmp_path / "bin", "mvn", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    lib = tmp_path / "lib"
    monkeypatch.setenv("IDENTITY_NEO4J_LIB", str(lib))
    with pytest.raises(EngineMissing, match="no route to host"):
        jar_folder()
    assert [path.name for path in lib.iterdir()] == [".lock"]


def test_maven_fills_a_folder_per_version_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "for a; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done\n"
    script += f'mkdir -p "$d"; : > "$d/one.jar"; echo ran >> {tmp_path}/runs'
    _program(tmp_path / "bin", "mvn", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("IDENTITY_NEO4J_LIB", str(tmp_path / "lib"))
    folder = jar_folder()
    assert jar_folder() == folder
    assert (folder / "one.jar").is_file()
    assert folder.parent == tmp_path / "lib"
    assert all(version in folder.name for version in jar_versions())
    assert (tmp_path / "runs").read_text() == "ran\n"


def test_a_folder_filled_by_hand_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = jar_versions()
    (tmp_path / f"neo4j-{server}.jar").touch()
    monkeypatch.setenv("IDENTITY_NEO4J_LIB", str(tmp_path))
    assert jar_folder() == tmp_path
