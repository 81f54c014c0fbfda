"""What users deploy with: build steps of the image, compose file, units, workflow; as far as goes without Docker."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.prefect_server import kill, until
from support.programs import need_program
from support.services import Facts, Services, environment, serve
from support.shared import ROOT

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("image")]
DEPLOY = ROOT / "deploy"


def instructions(path):
    """Instruction and words of each line of a Dockerfile, continuations joined."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [tuple(line.split(None, 1)) for line in lines if line and not line.startswith("#")]


def is_ignored(name):
    """Whether .dockerignore keeps a path of the repository out of the build: the last pattern that fits decides."""
    ignored = False
    for pattern in (ROOT / ".dockerignore").read_text("utf-8").split():
        wanted = pattern.removeprefix("!")
        if any(fnmatch.fnmatch(part, wanted.removeprefix("**/")) for part in (name, *map(str, Path(name).parents))):
            ignored = not pattern.startswith("!")
    return ignored


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The folders that the build makes, below a folder instead of the root; steps that need root are left out."""
    root = tmp_path_factory.mktemp("image")

    def inside(text):
        text = re.sub(r"(?<![\w./])/(opt/enrich|app|work)\b", rf"{root}/\1", text)
        return text.replace("RUN_PYTHON", sys.executable)

    folder = root
    stage = 0
    for name, words in instructions(DEPLOY / "Dockerfile"):
        if name == "FROM":
            stage += 1
        elif name == "WORKDIR":
            folder = Path(inside(words))
            folder.mkdir(parents=True, exist_ok=True)
        elif name == "COPY" and "--from=" not in words:
            *sources, target = shlex.split(words)
            for source in sources:
                assert not is_ignored(source), f"{source} is not in the build's context"
                copy(ROOT / source, Path(inside(target)) if target.startswith("/") else folder / target)
        elif name == "RUN" and "useradd" not in words:
            command = inside(words).replace("python -m venv", f"{sys.executable} -m venv", 1)
            # What was downloaded for .venv already is taken, and only what is imported is compiled.
            command, variables = command.replace("--no-cache-dir ", ""), {**os.environ, "PIP_COMPILE": "0"}
            done = subprocess.run(
                ["sh", "-c", command], cwd=folder, env=variables,
                capture_output=True, text=True, timeout=400, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{words}\n{done.stderr[-2000:]}"
    assert stage == 2
    (root / "work").mkdir(exist_ok=True)
    return root


def copy(source, target):
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target = target / source.name if target.is_dir() or str(target).endswith("/") else target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


@pytest.mark.exhaustive
def test_the_images_steps_make_an_installation_that_works(image):
    enrich = image / "opt/enrich/bin/enrich"
    (image / "work/papers.md").write_text(
        "# Papers\n\n* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n", "utf-8"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ENRICH_", "PYTHONPATH"))}
    done = subprocess.run(
        [enrich, "run", "papers.md", "--offline"],
        cwd=image / "work",
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "1 of 1 entry (1 complete)" in done.stdout
    code = "import enrich; print(enrich.__file__)"
    where = subprocess.run(
        [image / "opt/enrich/bin/python", "-c", code], cwd="/", env=clean, capture_output=True, text=True, check=True
    )
    assert str(image) in where.stdout


@pytest.mark.exhaustive
def test_the_containers_worker_deploys_takes_up_and_runs_the_night(image, server, tmp_path):
    for name in ("prefect.yaml", "start-worker"):
        path = image / "app" / name
        text = (ROOT / name if name.endswith("yaml") else DEPLOY / name).read_text("utf-8")
        path.write_text(text.replace("/app", f"{image}/app").replace("/work", f"{image}/work"), "utf-8")
    (image / "work/enrich.toml").write_text('lists = ["papers.md"]\n', "utf-8")
    (image / "work/papers.md").write_text(
        "# Papers\n\n* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n", "utf-8"
    )
    known = {one["id"] for one in server.begun()}
    with serve(Services(Facts.from_catalogue())) as services:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("ENRICH_", "PYTHONPATH"))}
        path = f"{image}/opt/enrich/bin:{os.environ['PATH']}"
        variables = {**clean, **server.variables, **environment(services.port), "PATH": path}
        with (tmp_path / "worker.log").open("w") as log:
            worker = subprocess.Popen(
                ["sh", image / "app/start-worker"],
                cwd=image / "work",
                env=variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            until(lambda: "started!" in (tmp_path / "worker.log").read_text(), 90, "a worker")
            subprocess.run(
                [image / "opt/enrich/bin/prefect", "deployment", "run", "enrich-nightly/nightly-in-container"],
                env=variables,
                check=True,
                capture_output=True,
                timeout=60,
            )
            run = until(
                lambda: next((one for one in server.begun() if one["id"] not in known and one["end_time"]), None),
                120,
                "an end",
            )
        finally:
            kill(worker, signal.SIGKILL)
    assert run["state_name"] == "Complete", (tmp_path / "worker.log").read_text()[-3000:]
    assert (image / "work/data/out/papers/works.bib").is_file()


def test_the_compose_file_is_one_and_has_no_password():
    program = need_program("docker-compose", "docker-compose")
    command = [program, "-f", str(DEPLOY / "compose.yaml"), "config"]
    clean = {name: value for name, value in os.environ.items() if name != "POSTGRES_PASSWORD"}
    without = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=60, check=False)
    assert without.returncode != 0
    assert "set POSTGRES_PASSWORD" in without.stderr
    done = subprocess.run(
        command, env={**clean, "POSTGRES_PASSWORD": "word"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"database", "server", "worker"}
    assert [port.partition(":")[0] for port in services["server"]["ports"]] == ["127.0.0.1"]
    assert services["worker"]["command"] == ["/app/start-worker"]
    build = services["server"]["build"]
    assert (Path(build["context"]) / build["dockerfile"]).is_file()


def test_the_units_are_what_systemd_reads(tmp_path):
    analyze = need_program("systemd-analyze", "systemd")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text("utf-8").replace("/opt/enrich/bin/enrich", sys.executable)
        (tmp_path / path.name).write_text(text, "utf-8")
    units = sorted(str(path) for path in tmp_path.iterdir())
    assert len(units) == 2
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (calendar,) = re.findall(r"OnCalendar=(.+)", (DEPLOY / "systemd/enrich-nightly.timer").read_text("utf-8"))
    subprocess.run([analyze, "calendar", calendar], check=True, capture_output=True, timeout=60)


def test_the_workflow_parses_and_its_commands_are_ours():
    workflow = yaml.safe_load((ROOT / "docs/examples/nightly.yml").read_text("utf-8"))
    # YAML 1.1 reads the key `on` as a truth value.
    assert workflow[True]["schedule"] == [{"cron": "0 3 * * *"}]
    assert workflow["permissions"] == {"contents": "write", "pull-requests": "write"}
    scripts = [step["run"] for step in workflow["jobs"]["nightly"]["steps"] if "run" in step]
    for script in scripts:
        subprocess.run(["bash", "-n"], input=script, text=True, check=True, timeout=20)
    enrich = Path(sys.executable).with_name("enrich")
    commands = [
        line.split() for script in scripts for line in script.splitlines() if line.strip().startswith("enrich ")
    ]
    assert {words[1] for words in commands} == {"nightly", "fix", "check"}
    for _, name, *rest in commands:
        usage = subprocess.run([enrich, name, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
        assert all(word in usage for word in rest if word.startswith("--"))


@pytest.mark.parametrize("name", ["nightly", "references"])
def test_a_workflow_fails_when_its_night_fails(name, tmp_path):
    """Each step with a pipe, run as GitHub runs it, over a list that is not there."""
    workflow = yaml.safe_load((ROOT / "docs/examples" / f"{name}.yml").read_text("utf-8"))
    shell = workflow.get("defaults", {}).get("run", {}).get("shell")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    piped = [
        step for step in steps if re.search(r"\| (?!(?:jq|true))", step.get("run", "")) and "enrich" in step["run"]
    ]
    assert piped
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    clean |= {"LIST": "gone.md", "REFERENCES": "gone.bib", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    clean["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
    for step in piped:
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell", shell) == "bash" else ["-e"]
        script = tmp_path / "step.sh"
        script.write_text(step["run"], "utf-8")
        done = subprocess.run(
            ["bash", *options, str(script)],
            cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr


def test_every_deployment_names_a_flow_that_is_there():
    from prefect.flows import Flow, load_flow_from_entrypoint

    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert {one["name"] for one in deployments} == {"nightly", "nightly-in-container", "nightly-docker"}
    for one in deployments:
        path, _, flow = one["entrypoint"].partition(":")
        assert isinstance(load_flow_from_entrypoint(f"{ROOT / path.removeprefix('/app/')}:{flow}"), Flow)
        assert one["schedules"][0]["cron"] == "0 3 * * *"
