"""A small identity provider on loopback: discovery, authorization, token with an RS256-signed ID token, keys, user. Not a test.

It lets in whoever comes, as the person that `person` describes; `wrong` bends single claims of the ID token.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "nk92", "the client's secret, long enough for it"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LIFE = 300


class IdentityProvider:
    """`person`: claims beside the ID token's own. `user`: what the user page says beyond `sub`. `asked`: paths, oldest first."""

    def __init__(self, address: str) -> None:
        self.address = self.issuer = address
        self.person: dict[str, Any] = {"preferred_username": "kim", "groups": ["nk92-nurses"]}
        self.user: dict[str, Any] = {}
        self.wrong: dict[str, Any] = {}
        self.key, self.algorithm = KEY, "RS256"
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def answer(self, path: str, given: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Status, and JSON or an address to go to."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._discovery()
        if path == "/keys":
            return 200, {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "k1", "alg": "RS256", "use": "sig"}]}
        if path == "/authorize" and given["client_id"] == CLIENT and given["response_type"] == "code" and "openid" in given["scope"].split():
            code = secrets.token_urlsafe(12)
            self._codes[code] = given
            return 302, given["redirect_uri"] + "?" + urlencode({"code": code, "state": given["state"]})
        if path == "/token":
            return self._token(given, authorization)
        if path == "/user" and authorization == "Bearer kim's":
            return 200, {"sub": "1234", **self.user}
        return 400, {"error": "invalid_request"}

    def _discovery(self) -> dict[str, Any]:
        pages = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys", "userinfo_endpoint": "/user"}
        return {"issuer": self.issuer, **{name: self.address + path for name, path in pages.items()}}

    def _token(self, given: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self._codes.pop(given.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {known}" or given["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        verifier = base64.urlsafe_b64encode(sha256(given["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if verifier != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "sub": "1234", "aud": CLIENT, "iat": now, "exp": now + LIFE, "nonce": asked["nonce"], **self.person, **self.wrong}
        key: Any = SECRET if self.algorithm == "HS256" else None if self.algorithm == "none" else self.key
        return 200, {"access_token": "kim's", "token_type": "Bearer", "id_token": jwt.encode(claims, key, self.algorithm, headers={"kid": "k1"})}


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """A provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, written: str) -> None:
            given = {name: values[0] for name, values in parse_qs(written).items()}
            status, said = provider.answer(urlsplit(self.path).path, given, self.headers.get("Authorization", ""))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
