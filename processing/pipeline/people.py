"""Who may use the desk's page: users and their passwords, log-ins and tokens, what they did, saw and took on.

Passwords are kept as Argon2id hashes (argon2-cffi, RFC 9106's second recommendation), log-ins and tokens as the digest
of a random secret of 256 bits, which needs no salt."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Semaphore
from typing import TYPE_CHECKING

from processing.pipeline.work import Work
from processing.store import Batch, Store, Where
from schemas.errors import StoreNotFound, UsageError
from schemas.people import ROLES, Assignment, AuditEntry, Login, Role, Sight, User
from schemas.records import Alert, digest_id

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = [
    "add_user",
    "assign",
    "audit",
    "change_user",
    "check_password",
    "end_logins",
    "find_user",
    "has_users",
    "hash_password",
    "log_in",
    "new_token",
    "remove_user",
    "saw",
    "seen_by",
    "user_id",
    "way_in",
]

LEAST = 10  # characters of a password
_MOST = 1000
_PAGE_DAYS = 7
_AT_ONCE = Semaphore(2)  # hashes at a time: each takes 64 MiB


def user_id(name: str) -> str:
    """The id of the user of a name, whatever its case."""
    return digest_id("user", " ".join(name.split()).casefold())


def has_users(store: Store) -> bool:
    """Whether anybody has to log in. Raises: StoreError."""
    return store.count(User) > 0


def find_user(store: Store, name: str) -> User:
    """Raises: StoreNotFound, StoreError."""
    try:
        return store.get(User, user_id(name))
    except StoreNotFound as error:
        raise StoreNotFound(f"there is no user {name!r}") from error


def add_user(work: Work, name: str, role: str, password: str | None, *, subject: str | None = None) -> User:
    """Make a user; without a password he comes in by an identity provider alone. Raises: UsageError where the name is
    none or taken, the role unknown or the password too short; StoreError."""
    name = " ".join(name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise UsageError(f"{name!r} is no name of a user: 1 to 80 printable characters")
    if work.store.get_many(User, [user_id(name)]):
        raise UsageError(f"there is a user {name!r} already")
    hashed = None if password is None else hash_password(password)
    user = User(user_id(name), name, role_of(role), work.now(), hashed, subject)
    work.store.apply(Batch(put=[user]))
    return user


def role_of(text: str) -> Role:
    """Raises: UsageError."""
    for role in ROLES:
        if role == text:
            return role
    raise UsageError(f"{text!r} is no role; there are {', '.join(ROLES)}")


def change_user(work: Work, user: User) -> None:
    """Keep a user as he is now; all his ways in end, so that he comes in anew. Raises: StoreError."""
    work.store.apply(Batch(put=[user], delete=[(Login, login.id) for login in _logins(work.store, user)]))


def remove_user(work: Work, user: User) -> None:
    """Take a user away, with his ways in and what was assigned to him; what he did stays told. Raises: StoreError."""
    gone: list[tuple[type, str]] = [(User, user.id)]
    gone += [(Login, login.id) for login in _logins(work.store, user)]
    gone += [(Assignment, a.id) for a in work.store.find(Assignment, Where("user", "=", user.name))]
    work.store.apply(Batch(delete=gone))


# ---------------------------------------------------------------- passwords


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The hash of a password that nobody has: an unknown name takes as long to refuse as a known one."""
    return _hasher().hash(secrets.token_urlsafe())


def hash_password(password: str) -> str:
    """Raises: UsageError for a password that is too short or too long."""
    if not LEAST <= len(password) <= _MOST:
        raise UsageError(f"a password has {LEAST} to {_MOST} characters, this one {len(password)}")
    with _AT_ONCE:
        return _hasher().hash(password)


def check_password(work: Work, name: str, password: str) -> User | None:
    """The user of a name whose password it is; None where it is not, or he is disabled. Raises: StoreError."""
    from argon2.exceptions import InvalidHashError, VerificationError

    user = work.store.get_many(User, [user_id(name)]).get(user_id(name))
    with _AT_ONCE:
        try:
            _hasher().verify((user.password if user else None) or _nobody(), password[: _MOST + 1])
        except (VerificationError, InvalidHashError):
            return None
    return user if user is not None and user.password and not user.disabled else None


# ---------------------------------------------------------------- ways in


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf8", "replace")).hexdigest()


def log_in(work: Work, user: User) -> tuple[str, Login]:
    """Let a browser in: the secret that it keeps, and the record. What of his log-ins is over goes. Raises:
    StoreError."""
    secret, now = secrets.token_urlsafe(32), work.now()
    login = Login(_digest(secret), user.id, "page", now, now + timedelta(days=_PAGE_DAYS))
    over: list[tuple[type, str]] = [(Login, old.id) for old in _logins(work.store, user) if old.expires_at <= now]
    work.store.apply(Batch(put=[login], delete=over))
    return secret, login


def new_token(work: Work, user: User, label: str, days: int) -> tuple[str, Login]:
    """A token for a program that works in a user's name: the secret, told once, and the record. Raises: UsageError for
    a time that is none, StoreError."""
    if not 1 <= days <= 3650:
        raise UsageError(f"a token lives 1 to 3650 days, not {days}")
    secret, now = "cc_" + secrets.token_urlsafe(32), work.now()
    login = Login(_digest(secret), user.id, "token", now, now + timedelta(days=days), label)
    work.store.apply(Batch(put=[login]))
    return secret, login


def way_in(store: Store, secret: str, now: datetime, kind: str) -> tuple[User, Login] | None:
    """Whose secret it is; None for a secret that is none, has ended, or whose user is disabled or gone. Raises:
    StoreError."""
    id = _digest(secret)
    login = store.get_many(Login, [id]).get(id)
    if login is None or login.kind != kind or login.expires_at <= now:
        return None
    user = store.get_many(User, [login.user]).get(login.user)
    return None if user is None or user.disabled else (user, login)


def _logins(store: Store, user: User) -> list[Login]:
    return list(store.find(Login, Where("user", "=", user.id)))


def end_logins(work: Work, user: User, *, id: str | None = None) -> int:
    """End one of a user's ways in, or all; returns how many there were. Raises: StoreError."""
    ended = [login.id for login in _logins(work.store, user) if id in (None, login.id)]
    work.store.apply(Batch(delete=[(Login, each) for each in ended]))
    return len(ended)


# ---------------------------------------------------------------- what people do


def audit(
    work: Work, author: str, action: str, target: str = "", told: str = "", *, address: str | None = None
) -> AuditEntry:
    """Note who did what. Raises: StoreError."""
    now = work.now()
    entry = AuditEntry(
        digest_id("audit", now.isoformat(), author, action, target, secrets.token_hex(8)),
        now,
        author,
        action,
        target,
        told[:2000],
        address,
    )
    work.store.apply(Batch(put=[entry]))
    return entry


def assign(work: Work, alert: Alert, name: str, author: str) -> Assignment | None:
    """Give an alert to a user, or ("") to nobody. Raises: UsageError for a user that is none or disabled or only reads,
    StoreError."""
    if not name:
        work.store.apply(Batch(delete=[(Assignment, alert.id)]))
        return None
    try:
        user = find_user(work.store, name)
    except StoreNotFound as error:
        raise UsageError(str(error)) from error
    if user.disabled or user.role == "reader":
        raise UsageError(f"{user.name} cannot work on an alert: {'disabled' if user.disabled else 'a reader'}")
    made = Assignment(alert.id, user.name, author, work.now())
    work.store.apply(Batch(put=[made]))
    return made


def saw(work: Work, alert: str, user: str) -> None:
    """Note that a user saw an alert now. Raises: StoreError."""
    work.store.apply(Batch(put=[Sight(digest_id("sight", alert, user), alert, user, work.now())]))


def seen_by(store: Store, alert: str) -> list[Sight]:
    """Who saw an alert, the last first. Raises: StoreError."""
    return list(store.find(Sight, Where("alert", "=", alert), order="-at"))
