"""Every error is a problem of one form, and its status and exit code follow from its kind."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import NoReturn

import pytest
from starlette.requests import Request

import identity
from identity import cli
from identity.api import create_app, published
from identity.api.errors import all_errors, title
from identity.errors import FixInput, IdentityError, Retry, Stop
from identity.graph import IdentityGraph
from tests.unit.api.conftest import Client

MEMBERS = {
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "errors",
    "retryable",
    "request_id",
}


def every_error() -> list[type[IdentityError]]:
    """Import all modules, so that no subclass is overlooked."""
    for module in pkgutil.walk_packages(identity.__path__, "identity."):
        if not module.name.startswith(published.EXTRAS):
            importlib.import_module(module.name)
    return list(all_errors())


ERRORS = every_error()


def made(kind: type[IdentityError]) -> IdentityError:
    """Make an error as one that has a message of its own, whatever its constructor takes."""
    error = kind.__new__(kind)
    IdentityError.__init__(error, "what is wrong")
    for name in ("fields", "problems"):
        setattr(error, name, ())
    return error


@pytest.fixture
def failing(acme_graph: IdentityGraph) -> Client:
    """A service with a route that raises the error of a given name."""
    app = create_app(acme_graph)

    async def fail(request: Request) -> NoReturn:
        name = request.path_params["name"]
        if name == "surprise":
            raise ZeroDivisionError("secret")
        raise made(next(k for k in ERRORS if k.__name__ == name))

    app.add_route("/fail/{name}", fail)
    return Client(app)


def test_codes_are_told_apart() -> None:
    """A code is one class's; a subclass without one of its own would hide behind its parent's."""
    kinds: list[type[IdentityError]] = []
    waiting = list(IdentityError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("identity."):
            kinds.append(kind)
        waiting.extend(kind.__subclasses__())
    codes = [k.code for k in kinds]
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"E_[A-Z0-9_]+", code) for code in codes)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda k: k.__name__)
def test_status_exit_code_and_retry_follow_from_the_kind(kind: type[IdentityError]) -> None:
    if issubclass(kind, FixInput):
        assert 400 <= kind.http_status < 500
        assert (kind.exit_code, kind.retryable) == (2, False)
    elif issubclass(kind, Retry):
        assert kind.http_status in (409, 503)
        assert kind.exit_code in (3, 5)
        assert kind.retryable
    elif issubclass(kind, Stop):
        assert (kind.http_status, kind.exit_code, kind.retryable) == (500, 6, False)
    else:
        assert kind.exit_code in (1, 4)
        assert not kind.retryable


@pytest.mark.parametrize("kind", ERRORS, ids=lambda k: k.__name__)
def test_the_service_answers_with_it(failing: Client, kind: type[IdentityError]) -> None:
    answer = failing.get(f"/fail/{kind.__name__}", headers={"x-request-id": "abc-1"})
    assert answer.status_code == kind.http_status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == MEMBERS
    assert (problem["status"], problem["code"]) == (kind.http_status, kind.code)
    assert problem["detail"] == "what is wrong"
    assert problem["request_id"] == answer.headers["x-request-id"] == "abc-1"
    assert problem["instance"] == f"/fail/{kind.__name__}"
    assert ("retry-after" in answer.headers) == (kind.http_status == 503)
    explained = failing.get(problem["type"])
    assert explained.status_code == 200
    assert explained.json()["title"] == problem["title"] == title(kind)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda k: k.__name__)
def test_the_command_line_ends_with_it(
    kind: type[IdentityError],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> NoReturn:
        raise made(kind)

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == kind.exit_code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"error {kind.code}: what is wrong\n"


def test_a_surprise_tells_nothing_of_itself(failing: Client) -> None:
    answer = failing.get("/fail/surprise")
    assert answer.status_code == 500
    assert answer.json()["code"] == "E_UNEXPECTED"
    assert set(answer.json()) == MEMBERS
    assert "secret" not in answer.text
    assert "Zero" not in answer.text


def test_paths_and_methods_that_are_not_there(client: Client) -> None:
    nowhere = client.get("/v1/nowhere")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "E_NO_ROUTE")
    for method, path, allowed in (
        ("GET", "/v1/resolve", {"POST"}),
        ("PUT", "/v1/lookup", {"GET", "HEAD", "POST"}),
        ("DELETE", "/healthz", {"GET", "HEAD"}),
    ):
        answer = client.ask(method, path)
        assert (answer.status_code, answer.json()["code"]) == (405, "E_METHOD")
        assert {m.strip() for m in answer.headers["allow"].split(",")} == allowed


def test_the_reference_of_errors_is_current(repo_root: Path) -> None:
    page = (repo_root / "docs/reference/errors.md").read_text()
    assert page == published.describe("errors"), "identity schema errors > docs/reference/errors.md"
    rows = re.findall(
        r"^\| `(E_\w+)` \| (\d+) \| (\d+) \| (yes|no) \| (.+) \|$", page, re.MULTILINE
    )
    wanted = [
        (k.code, str(k.http_status), str(k.exit_code), "yes" if k.retryable else "no", title(k))
        for k in ERRORS
    ]
    assert rows == wanted
