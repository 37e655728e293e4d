"""The files of the container stack, without a Docker daemon: against the compose specification, against each other, and the build's steps."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from typer.testing import CliRunner

from bench.audit import read_answer
from console.cli import app
from console.stack import DEMO, SECRETS, SETTINGS, read_env, weak_secrets, write_env
from tests.conftest import lack
from tests.test_cli import commands

ROOT = Path(__file__).parents[1]
FILES = ("docker-compose.yml", "compose.cluster.yml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
ONCE = {"elasticsearch-setup", "kibana-setup", "airflow-init", "elasticsearch-certificates"}


def load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf8"))
    return data


def merged() -> dict[str, dict[str, Any]]:
    """Services of both files; of a service in both, mappings are joined."""
    services: dict[str, dict[str, Any]] = load(FILES[0])["services"]
    for name, more in load(FILES[1])["services"].items():
        services[name] = services.get(name, {}) | {
            k: {**services.get(name, {}).get(k, {}), **v} if isinstance(v, dict) else v for k, v in more.items()
        }
    return services


def variables(name: str) -> set[str]:
    text = re.sub(r"#.*", "", (ROOT / name).read_text("utf8")).replace("$$", "")
    return set(re.findall(r"\$\{([A-Z_]+)", text))


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_compose_files(name: str) -> None:
    schema = json.loads(
        (resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text("utf8")
    )
    checker = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{list(e.absolute_path)}: {e.message}" for e in checker.iter_errors(load(name))] == []
    broken = load(name) | {"services": {"a": {"imagee": "x"}}}
    assert list(checker.iter_errors(broken))


@pytest.mark.parametrize("name", FILES)
def test_every_variable_is_written_by_stack_init(name: str) -> None:
    assert variables(name) - {*SECRETS, *SETTINGS} == set()


def test_no_variable_is_written_for_nothing() -> None:
    assert {*SECRETS, *SETTINGS} == variables(FILES[0])
    assert set(DEMO) <= set(SETTINGS)


def test_no_password_stands_in_the_files() -> None:
    for name, service in merged().items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|API_KEY|FERNET|ENCRYPTION", key) and not key.endswith("_FILE"):
                assert re.fullmatch(r"\$\{[A-Z_]+(:\?[^}]*)?\}", value), f"{name}: {key}"
            if credentials := re.search(r"://[^/:@]*:(.+)@", str(value)):
                assert credentials.group(1).startswith("${"), f"{name}: {key}"


def test_images_are_pinned_and_ports_are_local() -> None:
    for name, service in merged().items():
        image, _, tag = service["image"].partition(":")
        assert re.match(r"v?\d+\.\d+\.\d+|\d+\.\d+-", tag), f"{name}: {service['image']}"
        if image == "counterclaim":
            assert tag == PROJECT["version"]
        for port in service.get("ports", ()):
            assert port.startswith("${BIND_ADDRESS"), f"{name}: {port}"
    assert SETTINGS["BIND_ADDRESS"][0] == "127.0.0.1"
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf8"), re.MULTILINE)
    assert bases
    assert all(re.search(r":\d+\.\d+\.\d+-", base) for base in bases)


WRITES = {"elasticsearch", "elasticsearch-2", "elasticsearch-3", "elasticsearch-certificates", "kibana"}  # their images


def test_no_service_has_more_rights_than_it_needs() -> None:
    """No capability, nothing gained by a program, no root file system to write in; but for those that must."""
    for name, service in merged().items():
        assert service.get("cap_drop") == ["ALL"], name
        assert service.get("security_opt") == ["no-new-privileges:true"], name
        assert not set(service.get("cap_add", ())) - {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}, name
        assert bool(service.get("cap_add")) == (name in {"postgres", "redis", "elasticsearch-certificates"}), name
        assert service.get("read_only", False) == (name not in WRITES), name
        if service.get("read_only"):
            assert "/tmp" in service["tmpfs"], name
            held = {volume.split(":")[1] for volume in service.get("volumes", ())}
            if "/srv/airflow/logs" in held:  # Airflow writes its configuration beside
                assert any(t.startswith("/srv/airflow:") for t in service["tmpfs"]), name


@pytest.mark.parametrize("files", [FILES[:1], FILES])
def test_compose_reads_the_files(files: tuple[str, ...], tmp_path: Path) -> None:
    """`docker compose config`, which needs no daemon."""
    program = shutil.which("docker")
    if program is None or subprocess.run([program, "compose", "version"], capture_output=True).returncode:
        lack("docker compose", "no Compose plugin: apt-get install docker-compose (2.0 or newer)")
    assert CliRunner().invoke(app, ["stack", "init", "--folder", str(tmp_path)]).exit_code == 0
    given = [part for name in files for part in ("--file", str(ROOT / name))]
    options = ["--env-file", str(tmp_path / ".env"), "--profile", "dev", "--profile", "demo", *given]
    told = subprocess.run([program, "compose", *options, "config"], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
    services = yaml.safe_load(told.stdout)["services"]
    assert set(services) == set(merged() if len(files) > 1 else load(FILES[0])["services"])
    assert all(service["cap_drop"] == ["ALL"] for service in services.values())


def test_every_service_is_limited_watched_and_started_after_what_it_needs() -> None:
    services = merged()
    for name, service in services.items():
        assert service.get("mem_limit"), f"{name} may take all memory"
        check = service.get("healthcheck", {})
        assert (check.get("disable") or "test" not in check) if name in ONCE else check.get("test"), (
            f"{name}: health check"
        )
        for other, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == expected, f"{name} waits for {other}"


def test_every_volume_folder_and_command_exists(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["stack", "init", "--folder", str(tmp_path)]).exit_code == 0
    known = {tuple(c.split()) for c in commands()}
    for name in FILES:
        data = load(name)
        for service in data["services"].values():
            for volume in service.get("volumes", ()):
                source = volume.split(":")[0]
                assert (tmp_path / source).is_dir() if source.startswith("./") else source in data["volumes"]
            line = service.get("command", "")
            for part in re.findall(r"counterclaim ([a-z -]+)", line if isinstance(line, str) else " ".join(line)):
                words = tuple(w for w in part.split() if not w.startswith("-"))
                assert any(words[: len(k)] == k for k in known), f"no command `counterclaim {part}`"
    for line in (ROOT / "Dockerfile").read_text("utf8").splitlines():
        if line.startswith("COPY") and "--from" not in line:
            for source in shlex.split(line)[1:-1]:
                assert (ROOT / source).exists(), line
                assert f"!{source}" in (ROOT / ".dockerignore").read_text("utf8").splitlines(), (
                    f".dockerignore hides {source}"
                )


def test_the_pins_meet_what_the_project_asks_for() -> None:
    pins = dict(
        line.split("==")
        for line in (ROOT / "deploy" / "constraints.txt").read_text("utf8").splitlines()
        if "==" in line
    )
    plain = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins.items()}
    extras = PROJECT["optional-dependencies"]
    for asked in (
        *PROJECT["dependencies"],
        *(r for extra in ("elasticsearch", "airflow", "metrics", "stack", "report") for r in extras[extra]),
    ):
        requirement = Requirement(asked)
        if requirement.name != "counterclaim":
            assert requirement.specifier.contains(plain[re.sub(r"[-_.]+", "-", requirement.name).lower()]), asked


# ---------------------------------------------------------------- stack init


# what each lock must hold: extras of pyproject.toml; None: every pin
LOCKS: dict[str, tuple[str, ...] | None] = {
    "requirements": None,
    "desk": (),
    "developer": ("dev", "stack", "report", "notebook", "objects", "oidc"),
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_of_these_versions_and_holds_every_file_by_its_hash(name: str) -> None:
    """The image and `make`, for every Python, have one version of each package."""
    lock = (ROOT / "deploy" / f"{name}.txt").read_text("utf8")
    entries = re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(?: ; [^\n]+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)",
        lock,
        re.MULTILINE,
    )
    locked = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version, _ in entries}
    assert len(entries) == sum("==" in line for line in lock.splitlines())
    pins = (
        line.split("==")
        for line in (ROOT / "deploy" / "constraints.txt").read_text("utf8").splitlines()
        if "==" in line
    )
    plain = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}
    assert {name: version for name, version in locked.items() if plain.get(name, version) != version} == {}
    extras = LOCKS[name]
    if extras is None:
        assert set(plain) <= set(locked)
    else:
        asked = [*PROJECT["dependencies"], *(r for extra in extras for r in PROJECT["optional-dependencies"][extra])]
        names = {re.sub(r"[-_.]+", "-", Requirement(r).name).lower() for r in asked} - {"counterclaim"}
        assert names <= set(locked)
    model = (ROOT / "deploy" / "model.txt").read_text("utf8").partition("\n")[2]
    assert model.strip() in lock


def test_make_installs_nothing_but_what_the_locks_hold() -> None:
    text = (ROOT / "Makefile").read_text("utf8")
    assert "PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps\n" in text
    lines = [
        line.strip()
        for line in text.splitlines()
        if re.search(r"\$\(PIP\)|-m pip install", line) and not line.startswith("PIP :=")
    ]
    assert lines == [
        "$(PIP) --require-hashes -r deploy/desk.txt",
        "$(PIP) --no-build-isolation --editable .",
        "$(PIP) --require-hashes -r deploy/developer.txt",
        "$(BIN)/python -m pip install -qq --disable-pip-version-check uv",  # of `make lock` alone
    ]


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        ([], (0, 0, [])),
        ([{"name": "a", "version": "1", "vulns": []}], (1, 1, [])),
        ([{"name": "a", "skip_reason": "not found"}], (1, 0, [])),
        (
            [
                {
                    "name": "a",
                    "version": "1",
                    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}, {"id": "PYSEC-2", "fix_versions": []}],
                }
            ],
            (1, 1, ["a 1: PYSEC-1, mended in 2", "a 1: PYSEC-2, mended in none yet"]),
        ),
    ],
)
def test_what_an_audit_says(packages: list[dict[str, Any]], expected: tuple[int, int, list[str]]) -> None:
    assert read_answer(json.dumps({"dependencies": packages})) == expected


def test_the_versions_to_watch_are_those_that_are_pinned() -> None:
    listed = tomllib.loads((ROOT / "deploy" / "versions.toml").read_text("utf8"))
    images = {service["image"] for service in merged().values()} | set(
        re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf8"), re.MULTILINE)
    )
    assert {entry["image"] for entry in listed.values() if "image" in entry} == {
        i for i in images if not i.startswith("counterclaim:")
    }
    pins = (ROOT / "deploy" / "constraints.txt").read_text("utf8").splitlines()
    packages = {name: version for name, version in listed["packages"].items() if name != "with"}
    assert {f"{name}=={version}" for name, version in packages.items()} <= set(pins)

    def numbers(version: str) -> tuple[int, ...]:
        return tuple(map(int, version.split(".")[:2]))

    server = listed["elasticsearch"]["image"].partition(":")[2]
    assert numbers(packages["elasticsearch"]) <= numbers(server)


def test_each_container_knows_the_secrets_that_it_needs_and_no_others() -> None:
    """By service: the secrets among its variables and files."""
    services, needs = merged(), {}
    for name, service in services.items():
        text = json.dumps([service.get("environment"), service.get("secrets")])
        needs[name] = {s for s in SECRETS if re.search(rf"\$\{{{s}\b", text)}
        needs[name] |= {s["source"] if isinstance(s, dict) else s for s in service.get("secrets", ())}
    airflow = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "AIRFLOW_FERNET_KEY", "AIRFLOW_JWT_SECRET", "AIRFLOW_SECRET_KEY"}
    pipeline = {"COUNTERCLAIM_ELASTIC_PASSWORD"}
    parts = {"apiserver", "scheduler", "dag-processor", "triggerer", "worker", "clean"}
    assert {name: found for name, found in needs.items() if found} == {
        "postgres": {"postgres_password"}, "redis": {"REDIS_PASSWORD"},
        **{name: {"elastic_password"} for name in ("elasticsearch", "elasticsearch-2", "elasticsearch-3")},
        "elasticsearch-setup": {"ELASTIC_PASSWORD", "KIBANA_PASSWORD", "ANALYST_PASSWORD"} | pipeline,
        "kibana": {"KIBANA_PASSWORD", "KIBANA_ENCRYPTION_KEY"}, "kibana-setup": {"ELASTIC_PASSWORD"},
        "airflow-init": {"AIRFLOW_ADMIN_PASSWORD"} | airflow | pipeline, "metrics": pipeline, "page": pipeline,
        **{f"airflow-{part}": airflow | pipeline for part in parts},
    }  # fmt: skip


def test_every_log_has_a_limit_and_our_image_is_built() -> None:
    for name, service in merged().items():
        if name not in ONCE or "logging" in service:
            assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        if service["image"].startswith("counterclaim:"):
            assert (service["pull_policy"], service["build"]) == ("build", ".")


def test_the_desk_s_own_settings_are_read_without_editing_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from schemas.settings import load_settings

    assert CliRunner().invoke(app, ["stack", "init", "--folder", str(tmp_path)]).exit_code == 0
    config = tmp_path / "config"
    assert stat.S_IMODE((config / "receivers.env").stat().st_mode) == 0o600
    text = (config / "counterclaim.toml").read_text("utf8")
    (config / "counterclaim.toml").write_text(re.sub(r"^# (\[|url_env|severity)", r"\1", text, flags=re.MULTILINE))
    for key, value in load("docker-compose.yml")["x-counterclaim"]["environment"].items():
        monkeypatch.setenv(
            key,
            re.sub(r"\$\{(\w+)[^}]*\}", lambda m: {**read_env(tmp_path / ".env")}[m[1]], value).replace(
                "/srv/counterclaim", str(tmp_path)
            ),
        )
    receivers = load_settings().receivers
    assert {name: (r.url_env, r.trouble, r.digest) for name, r in receivers.items()} == {
        "desk": ("DESK_URL", True, "07:00"), "chief": ("CHIEF_URL", False, None),
    }  # fmt: skip


def test_stack_init_writes_secrets_once(tmp_path: Path) -> None:
    runner, arguments = CliRunner(), ["stack", "init", "--folder", str(tmp_path)]
    assert runner.invoke(app, arguments).exit_code == 0
    env = tmp_path / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    first = env.read_text("utf8")
    found = read_env(env)
    assert weak_secrets(found) == []
    assert {name: found[name] for name in SETTINGS} == {name: value for name, (value, _) in SETTINGS.items()}
    again = runner.invoke(app, arguments)
    assert again.exit_code == 2
    assert "is there already and stays as it is" in again.output
    assert env.read_text("utf8") == first
    assert runner.invoke(app, [*arguments, "--check"]).exit_code == 0


def test_two_stacks_have_no_secret_in_common(tmp_path: Path) -> None:
    write_env(tmp_path / "a")
    write_env(tmp_path / "b", demo=True)
    a, b = read_env(tmp_path / "a"), read_env(tmp_path / "b")
    assert not {a[n] for n in SECRETS} & {b[n] for n in SECRETS}
    assert len({a[n] for n in SECRETS}) == len(SECRETS)
    assert {n: b[n] for n in DEMO} == DEMO


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("POSTGRES_PASSWORD", "", "POSTGRES_PASSWORD is not set"),
        ("REDIS_PASSWORD", "f3a9c1", "REDIS_PASSWORD has 6 characters"),
        ("ELASTIC_PASSWORD", "changeme-changeme-changeme", "ELASTIC_PASSWORD can be guessed"),
        ("KIBANA_PASSWORD", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "KIBANA_PASSWORD can be guessed"),
        ("AIRFLOW_JWT_SECRET", "0123456789abcdef0123456789abcdef", "AIRFLOW_JWT_SECRET needs at least 64"),
    ],
)
def test_weak_secrets_are_refused(tmp_path: Path, name: str, value: str, told: str) -> None:
    env = tmp_path / ".env"
    write_env(env)
    env.write_text(re.sub(rf"^{name}=.*$", f"{name}={value}", env.read_text("utf8"), flags=re.MULTILINE))
    result = CliRunner().invoke(app, ["stack", "init", "--folder", str(tmp_path), "--check"], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert told in result.output


def test_a_secret_used_twice_and_an_open_file_are_refused(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    write_env(env)
    found = read_env(env)
    env.write_text(env.read_text("utf8").replace(found["REDIS_PASSWORD"], found["POSTGRES_PASSWORD"]))
    env.chmod(0o644)
    result = CliRunner().invoke(app, ["stack", "init", "--folder", str(tmp_path), "--check"], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert "REDIS_PASSWORD is the same as POSTGRES_PASSWORD" in result.output
    assert "chmod 600" in result.output


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # Apprise's import
def test_the_demo_s_mail_address_is_one_that_notices_can_go_to() -> None:
    import apprise

    target = apprise.Apprise.instantiate(DEMO["DESK_URL"])
    assert target is not None
    assert (target.smtp_host, target.port, target.secure) == ("mailpit", 1025, False)


# ---------------------------------------------------------------- the image's build


@pytest.mark.soak
def test_the_steps_of_the_build_run_in_a_clean_environment(tmp_path: Path) -> None:
    """COPY and RUN of the first stage, with /opt/venv and /src in a temporary folder and nothing of this environment."""
    text = (ROOT / "Dockerfile").read_text("utf8").replace("\\\n", " ")
    stage = text.split("\nFROM ")[1]
    source, target = tmp_path / "src", tmp_path / "venv"
    source.mkdir()
    python = tmp_path / "bin"
    python.mkdir()
    (python / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    keep = {
        k: v
        for k, v in os.environ.items()
        if k.startswith(("PIP_", "SSL_", "REQUESTS_")) or k.lower().endswith("_proxy")
    }
    clean = {"PATH": f"{python}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", **keep}
    ran = 0
    for line in stage.splitlines():
        if line.startswith("COPY"):
            *sources, into = shlex.split(line)[1:]
            for name in sources:
                place = source / into / name if into.endswith("/") and into != "./" else source / into
                place = source / into / Path(name).name if (ROOT / name).is_file() else place
                if (ROOT / name).is_dir():
                    shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, place)
        elif line.startswith("RUN"):
            command = line.removeprefix("RUN ").replace("/opt/venv", str(target))
            told = subprocess.run(
                ["sh", "-c", command], cwd=source, env=clean, capture_output=True, text=True, timeout=1800
            )
            assert told.returncode == 0, f"{command}\n{told.stdout[-2000:]}{told.stderr[-2000:]}"
            ran += 1
    assert ran >= 4
    installed = subprocess.run(
        [target / "bin" / "counterclaim", "--version"],
        env=clean,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert PROJECT["version"] in installed.stdout
    packages = subprocess.run(
        [target / "bin" / "python", "-m", "pip", "freeze"], env=clean, capture_output=True, text=True, check=True
    )
    pins = (ROOT / "deploy" / "constraints.txt").read_text("utf8").splitlines()
    assert {line for line in packages.stdout.splitlines() if not line.startswith("counterclaim")} <= set(pins)
