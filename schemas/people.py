"""The frozen records of who works at a desk: users, how they come in, what they did and saw, what they follow.

Secrets are never here: of a password there is an Argon2 hash, of a log-in or a token the digest of its secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["ROLES", "Assignment", "AuditEntry", "Login", "Role", "SavedSearch", "Sight", "User"]

Role = Literal["reader", "analyst", "admin"]
ROLES: tuple[Role, ...] = ("reader", "analyst", "admin")  # each may do what those before it may


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a name of his own, whatever its case: `id` is digest_id("user", name.casefold()).

    `password`: its Argon2 hash with parameters and salt; None for who comes in by an identity provider alone.
    `subject`: "issuer subject" of that provider."""

    id: str
    name: str
    role: Role
    created_at: datetime
    password: str | None = None
    subject: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """A way in for one user: a browser's log-in ("page") or a program's token ("token"). `id` is the digest of its
    secret, so that who reads the store cannot come in; it ends when the record is deleted, or at `expires_at`."""

    id: str
    user: str  # id of the user
    kind: Literal["page", "token"]
    at: datetime
    expires_at: datetime
    label: str = ""  # what the user calls a token


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what when. `author`: a user's name, or what somebody called himself where there are no users; `target`:
    the id of what was changed; `address`: where the request came from, None for a command."""

    id: str
    at: datetime
    author: str
    action: str
    target: str
    told: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose turn an alert is; `id` is the alert's. `user` and `author` are names."""

    id: str
    user: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sight:
    """That a user saw an alert, and when last; `id` is digest_id("sight", alert, user)."""

    id: str
    alert: str
    user: str  # name
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that somebody keeps: its words in the search's grammar. `followed`: whether its new hits are shown on
    the first page; `seen_at`: when they were last looked at."""

    id: str
    name: str
    words: str
    of: Literal["articles", "claims"]
    author: str
    at: datetime
    followed: bool
    seen_at: datetime
