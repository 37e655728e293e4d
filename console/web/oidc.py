"""Log-in by an identity provider: OpenID Connect's code flow with PKCE, by Authlib (the extra "oidc").

Who comes is known by the provider's issuer and subject. The first time he is the user of his name, if an admin added
one without a password and nobody took it yet, or a newcomer, where the configuration lets newcomers in."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.web.desk import Desk
from console.web.people import come_in, login_page
from console.web.visitor import address_of
from processing.pipeline.people import add_user, audit, user_id
from processing.pipeline.work import Work
from processing.store import Batch, Where
from schemas.errors import ConfigError, ConfigProblem, UsageError
from schemas.people import User
from schemas.settings import OidcSettings, Settings

__all__ = ["oidc_middleware", "oidc_routes", "user_of"]

_SECRET = "COUNTERCLAIM_OIDC_SECRET"
_MINUTES = 10  # that somebody may take at the provider


def oidc_middleware(settings: Settings) -> list[Middleware]:
    """What keeps the state of a log-in under way, in a signed cookie; its key lives as long as this process. Raises:
    ConfigError where the extra is not installed."""
    if settings.oidc is None:
        return []
    try:
        import authlib  # type: ignore[import-untyped]  # noqa: F401
        from starlette.middleware.sessions import SessionMiddleware
    except ModuleNotFoundError as error:
        told = "a log-in by an identity provider needs Authlib: pip install 'counterclaim[oidc]'"
        raise ConfigError([ConfigProblem(str(settings.config_path or "settings"), None, "oidc", told)]) from error
    key = secrets.token_urlsafe(32)
    return [
        Middleware(SessionMiddleware, secret_key=key, session_cookie="oidc", max_age=_MINUTES * 60, path="/login/oidc")
    ]


def _client(given: OidcSettings) -> Any:
    from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]

    oauth = OAuth()
    oauth.register(
        "desk",
        client_id=given.client_id,
        client_secret=os.environ.get(_SECRET),
        server_metadata_url=f"{given.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": 20},
    )
    return oauth.desk


def user_of(work: Work, given: OidcSettings, told: dict[str, Any]) -> User:
    """The user of whom a provider told. Raises: UsageError where he is none here, StoreError."""
    subject, name = f"{told['iss']} {told['sub']}", str(told.get(given.name) or "").strip()
    known = next(iter(work.store.find(User, Where("subject", "=", subject))), None)
    if known is None:
        if not name or (given.name == "email" and told.get("email_verified") is False):
            raise UsageError(f"the provider tells no {given.name.replace('_', ' ')} that it has verified")
        there = work.store.get_many(User, [user_id(name)]).get(user_id(name))
        if there is not None and there.password is None and there.subject is None:
            known = replace(there, subject=subject)
            work.store.apply(Batch(put=[known]))
        elif there is None and given.newcomers is not None:
            known = add_user(work, name, given.newcomers, None, subject=subject)
        else:
            raise UsageError(f"{name} is no user of this desk yet: an admin adds who may come in")
    if known.disabled:
        raise UsageError(f"{known.name} is disabled")
    return known


def oidc_routes(desk: Desk) -> list[Route]:
    """Off to the provider, and back; none where no provider is configured."""
    given = desk.settings.oidc
    if given is None:
        return []
    client = _client(given)

    async def off(request: Request) -> Response:
        request.session["to"] = request.query_params.get("to", "/")
        try:
            answer: Response = await client.authorize_redirect(request, str(request.url_for("oidc_back")))
        except Exception as error:  # whatever a provider that is down or lies makes its client raise
            return _failed(desk, request, error)
        return answer

    async def back(request: Request) -> Response:
        try:
            told = dict((await client.authorize_access_token(request))["userinfo"])
        except Exception as error:
            return await run_in_threadpool(_failed, desk, request, error)
        to = str(request.session.pop("to", "/"))
        return await run_in_threadpool(_enter, desk, given, request, told, to)

    return [Route("/login/oidc", off), Route("/login/oidc/back", back, name="oidc_back")]


def _failed(desk: Desk, request: Request, error: Exception) -> Response:
    with desk.open() as work:
        audit(work, "nobody", "failed to log in", told=f"provider: {error}", address=address_of(request))
    return login_page(desk, request, f"The identity provider did not let you in ({type(error).__name__}).", 401)


def _enter(desk: Desk, given: OidcSettings, request: Request, told: dict[str, Any], to: str) -> Response:
    with desk.open() as work:
        try:
            user = user_of(work, given, told)
        except UsageError as error:
            audit(work, "nobody", "failed to log in", told=str(error), address=address_of(request))
            return login_page(desk, request, str(error), 403)
        return come_in(work, request, user, to, "with the identity provider")
