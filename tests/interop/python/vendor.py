"""Shared by the tests with the vendor's SDK."""

import importlib
import time

import pytest
from conftest import SECRET
from sailpoint.configuration import Configuration, ConfigurationParams


def api_client(base_url, sdk, client_id):
    """The SDK client for the APIs of one version."""
    params = ConfigurationParams()
    params.base_url = base_url
    params.client_id = client_id
    params.client_secret = SECRET
    # Requests a token, with the credentials in a url-encoded form.
    return sdk.ApiClient(Configuration(params))


def refused(status, call, *args, **kwargs):
    """The refusal of a call, which must come with this status."""
    # Each version of the SDK has its own exceptions.
    package = call.__self__.__module__.rsplit(".", 2)[0]
    with pytest.raises(importlib.import_module(package).ApiException) as caught:
        call(*args, **kwargs)
    assert caught.value.status == status, caught.value.body
    return caught.value


def until(is_done, read):
    """Reads until it is done, which takes about a second."""
    for _ in range(100):
        found = read()
        if is_done(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"it goes on: {found}")


def ended(read):
    """Waits until the task or report has ended, and returns it."""
    return until(lambda found: found.status in ("SUCCESS", "ERROR"), read)
