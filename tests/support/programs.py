"""Programs of other people that tests run: installed where that is possible, else the test is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

import pytest


@cache
def _install(package: str) -> str:
    """Install a Debian package and return why that failed, or nothing."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return "needs apt-get and root"
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for attempt in (command, ["apt-get", "update", "-qq"], command):
        try:
            done = subprocess.run(attempt, env=environment, capture_output=True, text=True, timeout=180, check=False)
        except subprocess.TimeoutExpired:
            return f"{attempt[1]} took too long"
        if done.returncode == 0 and attempt is command:
            return ""
    return (done.stderr.strip().splitlines() or ["apt-get failed"])[-1]


def need_program(name: str, package: str) -> str:
    """The path of a program, which a Debian package brings if need be; skips the test otherwise."""
    if shutil.which(name) is None and (reason := _install(package)):
        pytest.skip(f"{name} is not installed: {reason}")
    return shutil.which(name) or pytest.skip(f"{name} is not on the path")
