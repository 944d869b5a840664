"""What `deploy/` holds works as it stands, where the programs it is for are at hand."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from tests.dialogue import Dialogue, hold
from tests.ports import free_port, until_it_listens
from tests.test_webhook import SECRET, hooked, post, self_signed

DEPLOY = Path(__file__).parent.parent / "deploy"


def _needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@_needs("systemd-analyze")
def test_the_unit_is_one_and_gives_away_little(tmp_path: Path) -> None:
    unit = tmp_path / "yinju.service"
    text = (DEPLOY / "yinju.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/yinju/bin/yinju", sys.executable), encoding="utf-8")
    for words in (["verify"], ["security", "--offline=true", "--threshold=15"]):
        done = subprocess.run(
            ["systemd-analyze", *words, str(unit)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


def _nginx(folder: Path, port: int, behind: int) -> list[str]:
    location = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "127.0.0.1:8443" in location
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in paths)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
        f"events {{}} http {{ access_log {folder}/accesses;\n{temporary}"
        f"server {{ listen 127.0.0.1:{port} ssl;\n"
        f"ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;\n"
        f"{location.replace('127.0.0.1:8443', f'127.0.0.1:{behind}')}\n}} }}",
        encoding="utf-8",
    )
    return ["nginx", "-e", f"{folder}/errors", "-p", str(folder), "-c", f"{folder}/nginx.conf"]


def _caddy(folder: Path, port: int, behind: int) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    host = "bot.example.org {"
    assert "127.0.0.1:8443" in text
    assert f"\n{host}" in text
    ours = f"https://127.0.0.1:{port} {{\ntls {folder}/chain.pem {folder}/key.pem"
    text = text.replace(f"\n{host}", f"\n{ours}").replace("127.0.0.1:8443", f"127.0.0.1:{behind}")
    options = f"{{\nadmin off\nauto_https disable_redirects\nstorage file_system {folder}\n}}\n"
    (folder / "Caddyfile").write_text(options + text, encoding="utf-8")
    return ["caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_it_listens(proxy, port)
        yield
    finally:
        proxy.terminate()
        proxy.wait(30)


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(_nginx, marks=_needs("nginx"), id="nginx"),
        pytest.param(_caddy, marks=_needs("caddy"), id="Caddy"),
    ],
)
def test_behind_a_proxy_people_are_answered_and_nothing_else_is_let_through(
    proxy: Callable[[Path, int, int], list[str]], tmp_path: Path
) -> None:
    chain, _ = self_signed(tmp_path)
    port, behind = free_port(), free_port()
    settings = hooked(
        telegram__webhook_url=f"https://127.0.0.1:{port}/hook",
        telegram__webhook_port=str(behind),
        telegram__webhook_certificate=str(chain),
        telegram__webhook_self_signed="true",
        metrics__port=str(free_port()),
    )

    async def talk(it: Dialogue) -> None:
        for _ in range(3):
            assert "2011" in (await it.ask("青石村的石桥"))["text"]
        assert set(it.api.pushed) == {200}
        trust = ssl.create_default_context(cafile=str(chain))
        assert await post(it, b"{}", secret="not-" + SECRET, ssl=trust) == 403
        for path in ("/", "/hook2", "/metrics", "/healthz"):
            assert await post(it, b"{}", path=path, ssl=trust) in (403, 404)
        # The bot does not read on, which Caddy may take for a failure.
        assert await post(it, BytesIO(b" " * 2_000_000), ssl=trust) in (413, 502)

    with _running(proxy(tmp_path, port, behind), port):
        hold(talk, tmp_path, **settings)
