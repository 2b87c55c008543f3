"""The gates of docs/gates.md, as far as they run here: the commands of action.yml and of the pre-commit hook."""
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import pratique
from corpus import MODELS, ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
TOOL = str(pratique._report.TOOL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    shutil.copy(MODELS / "1.3.2/main_binary/model.joblib", tmp_path / "models")
    (tmp_path / "bin/pratique/bin").mkdir(parents=True)  # as the action's first step leaves it
    os.symlink(TOOL, tmp_path / "bin/pratique/bin/pratique")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(folder, **inputs):
    values = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | inputs
    environment = {key: values[value.removeprefix("${{ inputs.").removesuffix(" }}")] for key, value in STEPS["Scan"]["env"].items()}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS["Scan"]["run"]]  # as GitHub runs shell: bash
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment, "RUNNER_TEMP": str(folder / "bin")}, check=False).returncode


def test_action(folder):
    (folder / "hostile.pkl").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    (folder / "unknown.pkl").write_bytes(b"\x80\x04\x8c\x05acme.\x8c\x05Model\x93)\x81.")
    (folder / "policy.json").write_text('{"version": 1, "name": "none", "allow": ["@all"], "deny": ["@tree"]}')
    assert scan(folder, paths="models/") == 0
    assert json.loads((folder / "pratique.sarif").read_text())["runs"][0]["results"] == []
    assert scan(folder, paths="models/\nhostile.pkl\n", sarif="found.sarif") == 1
    [result] = json.loads((folder / "found.sarif").read_text())["runs"][0]["results"]
    assert result["ruleId"] == "type.dangerous"
    assert scan(folder, paths="models/", policy="policy.json") == 1
    assert scan(folder, paths="unknown.pkl") in (1, 2)
    assert scan(folder, paths="/nowhere") == 2 and scan(folder, paths="/nowhere", unchecked="allow") == 0


def test_action_installs(folder):
    """Its first step, up to what pip is asked for."""
    fake = folder / "python3"
    fake.write_text('#!/bin/bash\n[[ $2 == venv ]] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; echo "$@" >>"$RUNNER_TEMP/calls"\n')
    fake.chmod(0o755)
    temp = folder / "temp"
    temp.mkdir()
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "RUNNER_TEMP": str(temp), "HERE": str(ROOT), "WHEEL": "some.whl"}
    subprocess.run(["bash", "-eo", "pipefail", "-c", STEPS["Install"]["run"]], env=environment, check=True)
    assert (temp / "calls").read_text().splitlines() == [f"-m venv {temp}/pratique", "-m pip install some.whl"]


def test_pre_commit_hook(folder):
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (folder / "hostile.pkl").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    environment = {**os.environ, "PATH": f"{Path(TOOL).parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for files, code in ((["models/model.joblib"], 0), (["models/model.joblib", "hostile.pkl"], 1)):
        assert subprocess.run([*shlex.split(hook["entry"]), *files], env=environment, check=False).returncode == code
