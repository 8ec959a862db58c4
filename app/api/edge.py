"""What happens at the edge of the service, before any route and after it."""

from typing import Any

from app.api.problems import problem

TOO_LONG = 413


class Edge:
    """Refuses addresses with the character 0, and turns the framework's plain 413 into a problem document.

    No database can look for a text with that character: PostgreSQL refuses it where SQLite finds nothing.
    """

    def __init__(self, app: Any) -> None:
        """Get ready.

        Args:
            app: What serves.
        """
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
            refusal = problem(
                status=400,
                code="bad-request",
                detail="The address holds the character 0.",
                next_step="Take the character 0 out of the address.",
            )
            await refusal(scope, receive, send)
            return
        replaced = False

        async def sent(message: Any) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                replaced = message["status"] == TOO_LONG and _is_plain_text(message["headers"])
                if replaced:
                    await _too_long()(scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, sent)


def _is_plain_text(headers: Any) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/plain") for name, value in headers)


def _too_long() -> Any:
    return problem(
        status=TOO_LONG,
        code="too-large",
        detail="The body is longer than this request may have.",
        next_step="Send less at a time; see /api/v1/openapi.json.",
    )
