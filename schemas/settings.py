"""counterclaim.toml and the environment: where data lies, which store, how to fetch, who gets alerts.

Order of precedence: environment (`COUNTERCLAIM_HOME`, `COUNTERCLAIM_FETCH__TIMEOUT`, ...), then the file, then
defaults. The file is the one named by the option `--config` or by `COUNTERCLAIM_CONFIG`, else `counterclaim.toml` in
the working folder. A desk's own outlet and topic files lie in its home, whatever the working folder is."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import orjson
import platformdirs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from schemas.config import fault_message
from schemas.errors import ConfigError, ConfigProblem
from schemas.store_address import engine_of, sqlite_path

__all__ = ["FetchSettings", "OidcSettings", "Receiver", "SecondReader", "Settings", "load_settings"]

CONFIG_NAME = "counterclaim.toml"


def _folders(value: Any) -> Any:
    """Folders as the environment gives them: parted as in PATH, or a JSON list."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"{value!r} is no JSON list: {error}") from error
    return [part for part in value.split(os.pathsep) if part]


def _hosts(value: Any) -> Any:
    """Private hosts as the environment gives them: a truth, names parted by commas, or a JSON list."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in ("true", "false", "yes", "no", "on", "off", "1", "0", "y", "n", "t", "f"):
        return text.lower()
    if text.startswith("["):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return value
    return [name for part in text.split(",") if (name := part.strip())]


Hosts = Annotated[bool | tuple[str, ...], NoDecode, BeforeValidator(_hosts)]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_folders)]


def _in_home(data: dict[str, Any], name: str) -> tuple[Path, ...]:
    """A folder of the home; none where the home itself was no good."""
    return (data["home"] / name,) if "home" in data else ()


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class FetchSettings(BaseModel):
    """How outlets are fetched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timeout: float = Field(600, gt=0, le=86400, description="seconds that one outlet's crawl may take")
    memory_mb: int | None = Field(1024, gt=0, description="memory limit of one crawl in MB; none: no limit")
    at_once: int = Field(4, ge=1, le=64, description="outlets crawled at the same time")
    topic_filter: Literal["before", "after", "none"] = "none"
    revisit_days: int = Field(3, ge=0, le=60, description="how many days an article is asked again for revisions")
    max_pages: int = Field(500, ge=1, description="pages fetched from one outlet in one run at most")
    user_agent_url: str | None = Field(None, description="contact address named in the user agent")


class Receiver(BaseModel):
    """Who gets alerts. The address (an Apprise URL) stands in the environment variable that `url_env` names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url_env: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    severity: Literal["high", "low"] = "low"
    quiet_hours: str | None = Field(None, pattern=r"^\d\d:\d\d-\d\d:\d\d$")
    timezone: str = "UTC"
    topics: tuple[str, ...] = ()
    digest: str | None = Field(
        None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="time of day (in `timezone`) after which the day's brief is sent",
    )
    timeout: float = Field(30, gt=0, le=600, description="seconds that the receiver may take to accept one notice")
    trouble: bool = Field(False, description="also gets notices of failed runs and silent outlets")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(f"{value!r} is no time zone, such as Europe/London") from error
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _times_of_day(cls, value: str | None) -> str | None:
        for part in value.split("-") if value else ():
            try:
                time.fromisoformat(part)
            except ValueError as error:
                raise ValueError(f"{part!r} is no time of day; write 22:00-06:00") from error
        return value


class OidcSettings(BaseModel):
    """An identity provider (OpenID Connect) that people may log in with; its client's secret stands in
    COUNTERCLAIM_OIDC_SECRET."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(pattern=r"^https?://", description="https://login.example.org/realms/desk, without a slash")
    client_id: str = Field(min_length=1)
    title: str = Field("the newsroom's account", min_length=1, max_length=60, description="on the log-in page")
    name: Literal["email", "preferred_username", "name"] = Field("email", description="which claim is the user's name")
    newcomers: Literal["reader", "analyst"] | None = Field(
        None, description="the role of who logs in for the first time; without it only those whom an admin added"
    )


class SecondReader(BaseModel):
    """A chat endpoint that is asked about each contradiction before its alert is raised: see docs/deploy.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="address of an API that speaks OpenAI's chat completions: http://127.0.0.1:11434/v1")
    model: str = Field(min_length=1, max_length=200, description="the model's name, as that API calls it")
    key_env: str | None = Field(
        None,
        pattern=r"^[A-Z][A-Z0-9_]*$",
        description="environment variable that holds the API's key; none: it is asked without one",
    )
    questions: int = Field(40, ge=1, le=10_000, description="questions asked in one run at most")
    seconds: float = Field(300, gt=0, le=7200, description="seconds that all questions of one run may take")
    timeout: float = Field(30, gt=0, le=600, description="seconds that one question may take")

    @field_validator("url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            sound = False
        if "@" in value or "?" in value or "#" in value:  # not repeated: it may hold a key
            raise ValueError("holds more than an address; the key belongs in the variable that key_env names")
        if not sound or any(not 33 <= ord(c) < 127 for c in value):
            raise ValueError(f"{value!r} is no address of an API, such as http://127.0.0.1:11434/v1")
        return value.rstrip("/")


class Settings(BaseSettings):
    """All settings. `home` holds the store, WARC files, spools and logs."""

    model_config = SettingsConfigDict(
        env_prefix="COUNTERCLAIM_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("counterclaim", appauthor=False)))
    store: str | None = None  # "sqlite:PATH"; None: counterclaim.db in the home folder
    outlets: Folders = Field(default_factory=lambda data: _in_home(data, "outlets"))
    topics: Folders = Field(default_factory=lambda data: _in_home(data, "topics"))
    ship_outlets: bool = True  # read the outlet files that come with the program
    ship_topics: bool = True
    allow_private_hosts: Hosts = Field(
        False,
        description="private hosts that may be fetched: names, addresses, networks (192.168.1.0/24); true means this "
        "machine's own addresses",
    )
    workers: int = Field(
        default_factory=lambda: min(4, _cores()),
        ge=1,
        le=64,
        description="processes that clean pages and read articles beside each other; as many as cores, at most 4",
    )
    readers: int = Field(
        2,
        ge=1,
        le=64,
        description="workers that read claims beside each other under Airflow; only where the store is a server",
    )
    page_seconds: float = Field(20, gt=0, description="seconds that cleaning one page may take")
    article_seconds: float = Field(60, gt=0, description="seconds that reading the claims of one article may take")
    archive_url: str | None = Field(
        None,
        description="where `store tidy` moves archived pages that are no longer written: s3://BUCKET/PATH, a folder",
    )
    archive_days: int = Field(7, ge=1, description="days that an archive stays in the home before it moves there")
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    fetch: FetchSettings = FetchSettings()
    page_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="the web page's address as people reach it, for links in notices"
    )
    receivers: dict[str, Receiver] = Field(default_factory=dict)
    oidc: OidcSettings | None = None
    second_reader: SecondReader | None = None  # None: nobody is asked
    config_path: Path | None = None

    @field_validator("store")
    @classmethod
    def _known_store(cls, value: str | None) -> str | None:
        if value is not None and engine_of(value) is None:
            raise ValueError(f"{value!r} is no store; write sqlite:PATH or https://HOST:PORT")
        if value is not None and sqlite_path(value) == "":
            raise ValueError("names no file; write sqlite:PATH")
        return value

    @field_validator("archive_url")
    @classmethod
    def _no_secret(cls, value: str | None) -> str | None:
        if value is not None and "@" in value.partition("://")[2].partition("/")[0]:
            raise ValueError("holds a name or password; the storage's driver takes them from the environment")
        return value or None

    @property
    def store_url(self) -> str:
        """The store's address; SQLite in the home folder by default."""
        return self.store or f"sqlite:{self.home / 'counterclaim.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what the file said (which comes as arguments)."""
        return env_settings, init_settings


def _find_line(text: str, loc: tuple[Any, ...]) -> int | None:
    """Line (from 1) where a dotted key is set in TOML text; None where it is not in the file."""
    section: list[str] = []
    wanted = [str(k) for k in loc if not isinstance(k, int)]
    best = None
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            section = [part.strip().strip("\"'") for part in match.group(1).split(".")]
            path = section
        elif match := re.match(r"\s*([A-Za-z0-9_.\"'-]+)\s*=", line):
            path = section + [part.strip("\"'") for part in match.group(1).split(".")]
        else:
            continue
        if wanted and path == wanted[: len(path)]:
            best = number
            if path == wanted:
                return number
    return best


_PERHAPS_SECRET = ("url", "url_env", "key_env")  # where people write the secret itself by mistake


def _told(fault: Any) -> str:
    """What is wrong with a setting; without its value where that may be a secret."""
    secret = bool(fault["loc"]) and fault["loc"][-1] in _PERHAPS_SECRET
    return fault_message({**fault, "input": None} if secret else fault)


def _allowed(fault: Any) -> str:
    if fault["type"] != "extra_forbidden":
        return ""
    model: Any = Settings
    inner: dict[str, Any] = {
        "fetch": FetchSettings,
        "receivers": Receiver,
        "oidc": OidcSettings,
        "second_reader": SecondReader,
    }
    for key in fault["loc"][:-1]:
        model = inner.get(str(key), model)
    return ", ".join(name for name in model.model_fields if name != "config_path")


def load_settings(path: Path | None = None, *, folder: Path | None = None, **given: Any) -> Settings:
    """Settings from the file, the environment and `given` (the strongest; None values are left out).

    `path` names the file (an error where it is missing); else COUNTERCLAIM_CONFIG; else counterclaim.toml in `folder`,
    where there is one. Relative paths in the file are taken from the file's folder. Raises ConfigError that lists every
    fault."""
    named = path or (Path(os.environ["COUNTERCLAIM_CONFIG"]) if os.environ.get("COUNTERCLAIM_CONFIG") else None)
    found = named or (folder or Path.cwd()) / CONFIG_NAME
    text, data = "", dict[str, Any]()
    if named is not None or found.is_file():
        text, data = _read_file(found)
    data.update({key: value for key, value in given.items() if value is not None})
    try:
        settings = Settings(**data)
    except SettingsError as error:
        raise ConfigError([_not_json(error)]) from error
    except ValidationError as error:
        raise ConfigError(_faults(error, found, text)) from error
    changed = {key: value for key, value in given.items() if value is not None and getattr(settings, key) != value}
    if "home" in changed:  # folders that lay in the home go with it
        own = {name: _in_home(changed, name) for name in ("outlets", "topics") if name not in settings.model_fields_set}
        changed = {**own, **changed}
    return settings.model_copy(update=changed) if changed else settings


def _read_file(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a settings file and what it sets, paths made absolute. Raises ConfigError for what cannot be read or
    is not TOML."""
    try:
        text = path.read_text("utf8")
        data = tomllib.loads(text)
    except OSError as error:
        raise ConfigError([ConfigProblem(str(path), None, "", f"cannot be read: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(
            [ConfigProblem(str(path), int(line.group(1)) if line else None, "", f"is not TOML: {error}")]
        ) from error
    return text, {**_absolute(data, path.parent.resolve()), "config_path": path}


def _not_json(error: SettingsError) -> ConfigProblem:
    """The variable of the environment that holds a setting with keys and is no JSON."""
    field = re.search(r'field "([^"]+)"', str(error))
    name = f"COUNTERCLAIM_{field.group(1).upper()}" if field else "COUNTERCLAIM_..."
    allowed = (
        f"a JSON object, or one variable a key, such as {name}__TIMEOUT"
        if name.endswith(("_FETCH", "_SECOND_READER"))
        else "a JSON object"
    )
    return ConfigProblem("environment", None, name, f"{os.environ.get(name, '')!r} is not JSON", allowed)


def _faults(error: ValidationError, path: Path, text: str) -> list[ConfigProblem]:
    """What is wrong with the settings, each with the place that sets it: the environment wins over the file (whose
    text is `text`)."""
    problems = []
    for fault in error.errors():
        if fault["type"] == "default_factory_not_called":  # a default that another fault kept from being made
            continue
        keys = [str(key) for key in fault["loc"]]
        variable = "__".join(["COUNTERCLAIM_" + keys[0], *keys[1:]]).upper() if keys else ""
        line = _find_line(text, fault["loc"]) if text else None
        if variable in os.environ:
            problems.append(ConfigProblem("environment", None, variable, _told(fault), _allowed(fault)))
        else:
            where = str(path) if line else "environment or option"
            problems.append(ConfigProblem(where, line, ".".join(keys), _told(fault), _allowed(fault)))
    return problems


def _absolute(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    for key in ("home", "outlets", "topics"):
        value = data.get(key)
        if isinstance(value, str):
            data[key] = str(folder / Path(value).expanduser()) if key == "home" else [str(folder / value)]
        elif isinstance(value, list):
            data[key] = [str(folder / Path(v).expanduser()) if isinstance(v, str) else v for v in value]
    store = data.get("store")
    if isinstance(store, str) and (path := sqlite_path(store)) not in (None, ":memory:"):
        data["store"] = f"sqlite:{folder / Path(str(path)).expanduser()}"
    return data
