"""Requests as clients send them, well formed or not. Not a test."""

from __future__ import annotations

import socket
import time

from tests.service.processes import Patient, Stack

KIND = ("(303) 555-0142", "911")


def error(answer: object) -> dict[str, str]:
    found: dict[str, str] = answer.json()["error"]  # type: ignore[attr-defined]
    assert found["message"] and "911" in found["message"]
    return found


def raw(stack: Stack, request: bytes, *, pause: float = 0, seconds: float = 15) -> bytes:
    """What the service answers to bytes that no HTTP client would send."""
    with socket.create_connection(("127.0.0.1", stack.service.port), timeout=seconds) as connection:
        if pause:
            for byte in request:
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    break
                time.sleep(pause)
        else:
            connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            if b"\r\n\r\n" in received and not pause:
                break
        return received


def head(patient: Patient, *lines: str) -> bytes:
    start = [
        "POST /api/messages HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {patient.headers['Authorization']}",
    ]
    return "\r\n".join([*start, "Content-Type: application/json", *lines, "", ""]).encode()
