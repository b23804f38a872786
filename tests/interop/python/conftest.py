"""Shared fixtures: a simulator for each test module, started with cargo."""

import contextlib
import importlib
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SECRET = "sim-secret"


@contextlib.contextmanager
def simulator(*options):
    """Runs a simulator on a free port and yields its base URL."""
    command = ["cargo", "run", "--quiet", "--package", "certs-sim", "--"]
    command += ["--listen", "127.0.0.1:0", "--no-rate-limit", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        # The first line is the base URL; it is missing if the program does not start.
        base_url = process.stdout.readline().strip()
        if not base_url:
            raise RuntimeError(f"the simulator did not start: exit code {process.wait()}")
        yield base_url
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def base_url():
    """The base URL of the test module's simulator."""
    with simulator() as url:
        yield url


@pytest.fixture(scope="module", params=["v3", "v2025"])
def sdk(request):
    """The part of the vendor's SDK for one version."""
    return importlib.import_module(f"sailpoint.{request.param}")


@pytest.fixture(scope="module")
def sdk_url(sdk):
    """Each version has its own simulator, because a review or a campaign ends only once."""
    with simulator() as url:
        yield url
