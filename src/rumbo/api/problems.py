"""One shape for every error: RFC 9457 problem details, with a hint and the fields at fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from rumbo.errors import InvalidInput, RumboError

MEDIA_TYPE = "application/problem+json"
_MAX_ERRORS = 20
_CONTRACT = "The contract is at /api/v1/docs."
_CODES = {
    HTTPStatus.BAD_REQUEST: ("bad-request", "Check the request's syntax."),
    HTTPStatus.NOT_FOUND: ("no-such-route", "GET /api/v1/openapi.json lists all routes."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "Use a method that the Allow header names."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-large", "Send less."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported-media-type", _CONTRACT),
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    instance: str,
    hint: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as a response. `errors` are {pointer, detail}: JSON pointers into the body, `?name` for a parameter."""
    body = problem_json(status, code, detail, instance=instance, hint=hint, errors=errors)
    return Response(orjson.dumps(body), status, dict(headers or {}), MEDIA_TYPE)


def problem_json(
    status: int, code: str, detail: str, *, instance: str, hint: str, errors: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """A problem's members; with no hint it is that to read the contract."""
    return {
        "type": f"urn:rumbo:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": _sendable(detail),
        "instance": instance,
        "hint": _sendable(hint or _CONTRACT),
        "errors": [{name: _sendable(text) for name, text in error.items()} for error in errors],
    }


def entry_problem(exc: RumboError | ValidationError, instance: str, at: str) -> dict[str, Any]:
    """What is wrong with one of many entries of a body; `at` is its JSON pointer."""
    if isinstance(exc, RumboError):
        errors = [{"pointer": f"{at}/{exc.field.lstrip('/')}", "detail": exc.message}] if exc.field else []
        return problem_json(
            exc.status, exc.code, exc.message, instance=instance, hint=exc.hint, errors=errors
        )
    found = exc.errors(include_url=False, include_context=False, include_input=False)
    steps = at.lstrip("/").split("/")
    errors = [_field_error(error | {"loc": ("body", *steps, *error["loc"])}) for error in found[:_MAX_ERRORS]]
    return problem_json(
        422,
        InvalidInput.code,
        _summary(errors, len(found)),
        instance=instance,
        hint=f"Correct what `errors` names. {_CONTRACT}",
        errors=errors,
    )


def internal_error(instance: str) -> Response:
    """The answer to what nobody foresaw: it tells nothing of our inside; the log has it."""
    return problem(
        500, "internal-error", "Something went wrong on our side.", instance=instance,
        hint="Try again; if it stays, look into the API's log.",
    )  # fmt: skip


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the app in the one shape."""
    app.add_exception_handler(RumboError, _rumbo_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)


def rumbo_problem(exc: RumboError, instance: str, parameters: Collection[str] = ()) -> Response:
    """One of our own errors as a response; `parameters` names those of the path and the query."""
    pointer = f"?{exc.field}" if exc.field in parameters else "/" + exc.field.lstrip("/")
    errors = [{"pointer": pointer, "detail": exc.message}] if exc.field else []
    headers = {"Retry-After": "2"} if exc.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(
        exc.status, exc.code, exc.message, instance=instance, hint=exc.hint, errors=errors, headers=headers
    )


async def _rumbo_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RumboError)  # noqa: S101 - for the type checker
    return rumbo_problem(exc, request.url.path, {*request.path_params, *request.query_params})


async def _validation_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)  # noqa: S101 - for the type checker
    found = exc.errors()
    for error in found:
        if error["type"] == "json_invalid":
            return _not_json(request, f"At character {error['loc'][-1]}: {error['ctx']['error']}.")
    kind = request.headers.get("content-type", "")
    if any(error["loc"] == ("body",) and isinstance(error["input"], bytes) for error in found):
        detail = (
            f"The body comes as {_clipped(kind, 60)}, not as JSON."
            if kind
            else "The body has no Content-Type."
        )
        hint = f"Send a JSON object with Content-Type: application/json. {_CONTRACT}"
        return problem(422, "invalid-input", detail, instance=request.url.path, hint=hint)
    hint = f"Correct what `errors` names. {_CONTRACT}"
    if any(error["loc"] == ("body",) for error in found):
        hint = f"Send a JSON object with Content-Type: application/json. {_CONTRACT}"
    errors = [_field_error(error) for error in found[:_MAX_ERRORS]]
    detail = _summary(errors, len(found))
    return problem(422, "invalid-input", detail, instance=request.url.path, hint=hint, errors=errors)


def _summary(errors: Sequence[Mapping[str, str]], count: int) -> str:
    more = f" {count} fields are wrong." if count > 1 else ""
    return f"{errors[0]['pointer']}: {errors[0]['detail']}.{more}"


def _not_json(request: Request, where: str) -> Response:
    return problem(
        400, "invalid-json", f"The body is not JSON. {where}".strip(), instance=request.url.path,
        hint="Check its syntax.",
    )  # fmt: skip


def _field_error(error: Mapping[str, Any]) -> dict[str, str]:
    where, *path = error["loc"]
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    pointer = "/" + "/".join(steps) if where == "body" else "?" + ".".join(steps)
    return {"pointer": _clipped(pointer), "detail": said(error)}


def said(error: Mapping[str, Any]) -> str:
    """What an error of pydantic's says, as we say it."""
    if error["type"] == "model_type":  # it would name our class
        return "Input should be an object"
    return _clipped(str(error["msg"]).removeprefix("Value error, "))


def _clipped(text: str, length: int = 200) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _sendable(text: str) -> str:
    """What errors quote may hold a lone surrogate, which cannot be sent back."""
    return text.encode("utf-8", "replace").decode()


async def _http_exception(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)  # noqa: S101 - for the type checker
    status = HTTPStatus(exc.status_code)
    if status is HTTPStatus.BAD_REQUEST and isinstance(exc.__cause__, ValueError | RecursionError):
        return _not_json(request, "It is too deep, not UTF-8, or a number is too long.")
    code, hint = _CODES.get(status, (status.phrase.lower().replace(" ", "-"), _CONTRACT))
    detail = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not possible here.",
    }.get(status, str(exc.detail))
    return problem(exc.status_code, code, detail, instance=request.url.path, hint=hint, headers=exc.headers)
