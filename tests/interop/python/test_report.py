"""The report of evidence in a browser: what an auditor opens and prints."""

import html.parser
import json
import os
import re
import shutil
import subprocess
import urllib.parse
import urllib.request

import pytest

from conftest import ROOT, SECRET, simulator

# Must have no effect in a report: a script, and a request to another host.
HOSTILE = "<script>document.title='taken'</script><img src=//evil.test/x onerror=\"document.title='taken'\">"

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def get(url, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return json.load(response)


def token(base_url):
    form = {"grant_type": "client_credentials", "client_id": "sim-admin", "client_secret": SECRET}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{base_url}/oauth/token", body) as response:
        return json.load(response)["access_token"]


def browse(*options):
    """Runs a browser that can only read files, and returns its output."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert browser, f"one of {BROWSERS} has to be installed"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)


class Page(html.parser.HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def report(base_url, tmp_path_factory):
    """The report of a campaign with hostile names."""
    folder = tmp_path_factory.mktemp("evidence")
    scenario = get(f"{base_url}/scenario")
    certification = get(f"{base_url}/v3/certifications?limit=1", token(base_url))[0]
    campaign = certification["campaign"]["id"]
    for row in scenario["campaigns"]:
        if row["id"] == campaign:
            row["name"] = f"Q4 {HOSTILE}"
    file = folder / "scenario.json"
    file.write_text(json.dumps(scenario))
    with simulator("--scenario", str(file)) as url:
        tenant = {"SAIL_BASE_URL": url, "SAIL_CLIENT_ID": "sim-admin", "SAIL_CLIENT_SECRET": SECRET}
        command = ["cargo", "run", "--quiet", "--package", "certs", "--example", "evidence", "--"]
        command += [campaign, str(folder / "written")]
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | tenant)
    return folder / "written" / "report.html"


def test_it_is_shown_and_nothing_in_it_runs(report):
    shown = browse("--dump-dom", report.as_uri())
    page = Page(shown.stdout)
    assert HOSTILE in page.text
    assert "taken" not in re.search("<title>(.*?)</title>", shown.stdout, re.S).group(1).split("<")[0]
    assert not {"script", "img", "iframe", "link", "object"} & {tag for tag, _ in page.elements}
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("src", "srcset") for name in attributes), tag
    # The log names whatever the page's own policy prevents.
    assert "CONSOLE" not in shown.stderr, shown.stderr


def test_it_has_what_an_auditor_looks_for(report):
    page = Page(browse("--dump-dom", report.as_uri()).stdout)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == 1
    assert tags.count("table") >= 2
    for heading in ["Reviewers", "Revo"]:
        assert heading in page.text


def test_it_can_be_printed(report, tmp_path):
    printed = tmp_path / "report.pdf"
    browse(f"--print-to-pdf={printed}", report.as_uri())
    assert printed.read_bytes().startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) >= 1
