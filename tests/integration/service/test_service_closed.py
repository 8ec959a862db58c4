"""What is open to the world is what the contract lists, and nothing else."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.main import create_app
from tests.support.service_world import World

OPEN = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/sign-in"), ("POST", "/sign-in")}
SIGN_IN = "/sign-in"


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        for context in route.effective_route_contexts():  # type: ignore[attr-defined]
            yield from ((method, context.path) for method in context.methods)


def closed(client: TestClient, method: str, path: str, headers: dict[str, str]) -> bool:
    address = re.sub(r"\{[^}]*\}", "nowhere", path)
    answer = client.request(method, address, headers=headers, follow_redirects=False)
    if answer.status_code in (302, 303):
        return answer.headers["location"].startswith(SIGN_IN)
    return answer.status_code in (401, 403)


def test_every_route_needs_a_key_or_a_session(world: World) -> None:
    app = create_app(world.container)
    found = set(routes(app))
    assert ("POST", "/api/v1/calls") in found
    assert ("GET", "/api/v1/openapi.json") in found
    assert found >= OPEN
    doors = [{}, {"accept": "text/html"}, {"authorization": "Bearer cmk_000000000000_" + "0" * 48}]
    with TestClient(app, raise_server_exceptions=False) as client:
        for headers in doors:
            left_open = {(method, path) for method, path in found - OPEN if not closed(client, method, path, headers)}
            # The last route of the pages answers every address that is none; it tells nothing.
            assert left_open <= {("GET", "/{path:path}")}


def test_no_documentation_is_served(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/metrics"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code in (303, 401, 404)


def test_the_document_describes_the_interface_to_those_who_may_come_in(world: World, client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json", headers=world.bearer()).json()
    assert "/api/v1/calls/{call_id}/recording" in document["paths"]
    assert "multipart/form-data" in document["paths"]["/api/v1/calls"]["post"]["requestBody"]["content"]


def test_health_and_readiness_are_open(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_every_answer_carries_the_request_id(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"x-request-id": "a b\tc"}).headers["x-request-id"] != "a b\tc"


def test_unknown_addresses_below_the_interface_are_problems(world: World, client: TestClient) -> None:
    headers = world.bearer()
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/calls", 405)):
        answer = client.request(method, path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
