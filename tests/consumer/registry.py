"""A registry for one test: takes what `cargo publish` uploads and serves it.

The protocol is that of cargo's sparse registries. Prints its index address, then serves
until it is stopped.
"""

import hashlib
import json
import pathlib
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

store = pathlib.Path(sys.argv[1])


def index_entry(upload, package):
    """What the index says of an upload, whose dependencies are named another way round."""
    dependencies = []
    for uploaded in upload["deps"]:
        dependency = {**uploaded, "req": uploaded["version_req"]}
        alias = uploaded.get("explicit_name_in_toml")
        if alias:
            dependency |= {"name": alias, "package": uploaded["name"]}
        dependencies.append(dependency)
    return {
        "name": upload["name"],
        "vers": upload["vers"],
        "deps": dependencies,
        "features2": upload["features"],
        "features": {},
        "v": 2,
        "cksum": hashlib.sha256(package).hexdigest(),
        "yanked": False,
    }


def index_path(name):
    assert len(name) > 3, "shorter names have folders of their own"
    return store / "index" / name[:2] / name[2:4] / name


class Registry(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/index/config.json":
            here = f"http://{self.headers['Host']}"
            template = "/packages/{crate}-{version}.crate"
            return self.respond(json.dumps({"dl": here + template, "api": here}).encode())
        file = (store / self.path.lstrip("/")).resolve()
        if not file.is_relative_to(store.resolve()) or not file.is_file():
            return self.respond(b"", 404)
        self.respond(file.read_bytes())

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (length,) = struct.unpack_from("<I", body)
        upload = json.loads(body[4 : 4 + length])
        package = body[8 + length :]
        index = index_path(upload["name"])
        index.parent.mkdir(parents=True, exist_ok=True)
        with index.open("a") as lines:
            lines.write(json.dumps(index_entry(upload, package)) + "\n")
        packages = store / "packages"
        packages.mkdir(exist_ok=True)
        (packages / f"{upload['name']}-{upload['vers']}.crate").write_bytes(package)
        self.respond(b'{"warnings":{"invalid_categories":[],"invalid_badges":[],"other":[]}}')

    def respond(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
print(f"sparse+http://127.0.0.1:{server.server_port}/index/", flush=True)
server.serve_forever()
