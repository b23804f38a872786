"""Requests of every kind, which schemathesis generates from the contract.

Whatever a request says, the response must be one that the contract declares. Half of the
identifiers in paths are those of the tenant, so that requests get past "not found".
"""

import hypothesis
import pytest
import requests
import schemathesis
import yaml
from conftest import ROOT, SECRET
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS = hypothesis.settings(
    max_examples=60,
    deadline=None,
    # The same requests in every run, so that a failure is due to the tested change.
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def contract(version):
    path = ROOT / "openapi" / f"{version}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def v3_contract():
    """The specification does not let `access` of an item be null, but on the service it
    often is: the access is named in a part of its own then."""
    document = contract("v3")
    access = document["components"]["schemas"]["AccessSummary"]["properties"]["access"]
    assert not access.get("nullable"), "the specification admits it: this can go"
    access["nullable"] = True
    # The path calls it `id`, and so do the other versions.
    replace = document["paths"]["/campaign-filters/{id}"]["post"]
    name = next(it for it in replace["parameters"] if it.get("in") == "path")
    assert name["name"] == "filterId", "the specification is right: this can go"
    name["name"] = "id"
    return document


def beta_contract():
    """Beta requires `signed` and does not let it be null, but before the sign-off there is
    no such moment: here, too, the service is not as specified."""
    document = contract("beta")
    certification = document["components"]["schemas"]["CertificationDto"]
    signed = certification["properties"]["signed"]
    assert not signed.get("nullable"), "the specification admits it: this can go"
    signed["nullable"] = True
    return document


class Tenant:
    """A token, and the possible ids in a path."""

    def __init__(self, base_url):
        form = {
            "grant_type": "client_credentials",
            "client_id": "sim-admin",
            "client_secret": SECRET,
        }
        response = requests.post(f"{base_url}/oauth/token", data=form, timeout=30)
        self.base_url = base_url
        self.headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
        self.paths = [self.path(row["id"]) for row in self.get("/v3/certifications?limit=20")]
        filters = self.get("/v3/campaign-filters")["items"]
        # The kind of object that the ids in a path with this beginning name.
        self.ids = {
            "/campaigns": self.ids_of(self.get("/v3/campaigns")),
            "/campaign-templates": self.ids_of(self.get("/v3/campaign-templates")),
            "/campaign-filters": self.ids_of(filters),
        }

    def get(self, path):
        response = requests.get(f"{self.base_url}{path}", headers=self.headers, timeout=30)
        # Certifications of governance groups do not show their items.
        return response.json() if response.ok else []

    @staticmethod
    def ids_of(rows):
        return [{"id": row["id"]} for row in rows]

    def known(self, path):
        """The possible ids in this path."""
        return self.ids.get("/" + path.split("/")[1], self.paths)

    def path(self, certification):
        below = f"/v3/certifications/{certification}"
        items = self.get(f"{below}/access-review-items?limit=1")
        summaries = self.get(f"{below}/identity-summaries?limit=1")
        return {
            "id": certification,
            "certificationId": certification,
            "itemId": items[0]["id"] if items else "none",
            "identitySummaryId": summaries[0]["id"] if summaries else "none",
        }


@pytest.fixture(scope="module")
def tenant(base_url):
    return Tenant(base_url)


v3 = schemathesis.openapi.from_dict(v3_contract())
beta = schemathesis.openapi.from_dict(beta_contract())


def check(tenant, version, case, data):
    parameters = case.path_parameters or {}
    all_known = tenant.known(case.path)
    known = data.draw(hypothesis.strategies.sampled_from([None, *all_known]))
    if known:
        case.path_parameters = {name: known.get(name, text) for name, text in parameters.items()}
    url = f"{tenant.base_url}/{version}"
    response = case.call(base_url=url, headers=tenant.headers)
    case.validate_response(response, checks=CHECKS)


@v3.parametrize()
@v3.given(data=hypothesis.strategies.data())
@SETTINGS
def test_v3(tenant, case, data):
    check(tenant, "v3", case, data)


@beta.parametrize()
@beta.given(data=hypothesis.strategies.data())
@SETTINGS
def test_beta(tenant, case, data):
    check(tenant, "beta", case, data)
