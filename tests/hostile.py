"""Files that mean harm, or were harmed: each by itself must cost nothing but itself."""

from __future__ import annotations

import json
import os
import sys
import zlib
from base64 import b64encode
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from retrieval.library import Library
from retrieval.processes import Limits

GOOD = {
    "good/panda.md": "# 成都熊猫\n\n成都熊猫基地位于成都北郊，住着一百多只熊猫，每天清晨活跃。\n",
    "good/river.txt": "长江水文\n\n长江水文站记录了长江各处的水位与流量，每年汛期加测。\n",
    "good/tea.html": "<title>福建茶叶</title><p>福建茶叶以乌龙茶和白茶最为有名，产量很大。</p>",
    "good/train.jsonl": '{"id":"1","title":"京沪铁路","text":"京沪铁路全长一千多公里。"}\n',
    "good/list.md": "# 待办\n\n代办事项（to-do）要逐条核对，核对之后由两人签字。\n",
}
QUESTIONS = {
    "成都熊猫基地": "good/panda.md",
    "长江水文站": "good/river.txt",
    "福建茶叶乌龙茶": "good/tea.html",
    "京沪铁路全长": "good/train.jsonl#1",
    "代办事项核对": "good/list.md",
}
MANIFEST = '[[file]]\npath = "regex.txt"\ndrop = ["(a+)+$"]\n'


def _merge_bomb() -> str:
    """YAML whose merge keys multiply: a few hundred bytes, an hour and all memory."""
    lines = ["a0: &a0 {k: v}"]
    lines += [
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}], k{n}: v}}" for n in range(1, 20)
    ]
    return "---\n" + "\n".join(lines) + "\n---\n正文。\n"


def _alias_bomb() -> str:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "---\n" + "\n".join(lines) + "\ntitle: *a11\n---\n正文。\n"


def _mojibake(text: str) -> bytes:
    return text.encode().decode("gb18030", "replace").encode()


TEXT = "中国政府应当尊重人权，释放所有被任意拘留的律师和记者，并允许独立的国际观察员进入。"

HOSTILE: dict[str, bytes | str] = {
    "regex.txt": "a" * 60 + "b。",
    "merge.md": _merge_bomb(),
    "alias.md": _alias_bomb(),
    "divs.html": "<div>" * 100_000 + "深。" + "</div>" * 100_000,
    "spans.html": "<p>" + "<b><i>" * 50_000 + "深。",
    "tables.html": "<table><tr><td>" * 1_000 + "深。",
    "lists.html": "<ul><li>" * 3_000 + "深。",
    "undefined.html": '<meta charset="undefined"><p>\xff\xfe文'.encode("latin-1", "replace"),
    "charset.html": b'<meta charset="rot13"><p>\xd6\xd0\xce\xc4</p>',
    "idna.html": b'<meta charset="idna"><p>\xd6\xd0\xce\xc4</p>',
    "quotes.md": ">" * 50_000 + " 深。\n",
    "nested.md": "\n".join("  " * n + "- 项" for n in range(2_000)) + "\n",
    "brackets.md": "[" * 50_000 + "深" + "](" * 50_000 + "\n",
    "stars.md": "*" * 50_000 + "文" + "_" * 50_000 + "\n",
    "backticks.md": "`" * 30_001 + "文" + " `" * 30_000 + "\n",
    "pipes.md": "|" * 20_000 + "\n|" + "-|" * 20_000 + "\n|" + "文|" * 20_000 + "\n",
    "front.md": "---\n" + "a: [" * 20_000 + "\n---\n文。\n",
    "glosses.txt": "名（" * 30_000 + "to-do" + "）" * 30_000,
    "line.txt": "甲乙丙丁" * 100_000,
    "spaces.txt": " " * 300_000 + "x",
    "dots.txt": "。" * 100_000,
    "digits.txt": "一" * 20_000 + "万" * 20_000 + "9" * 40_000,
    "combining.txt": "e" + "\u0301" * 50_000,
    "deep.jsonl": '{"text":' + "[" * 100_000 + "]" * 100_000 + "}\n",
    "number.jsonl": '{"text": "文。", "id": ' + "9" * 50_000 + "}\n",
    "broken.jsonl": '{"text": "文\n' * 500,
    "surrogate.jsonl": '{"title": "\\ud800", "text": "\\udfff\\ud800"}\n',
    "binary.txt": bytes(range(256)) * 50,
    "picture.txt": b"\x89PNG\r\n\x1a\n" + zlib.compress(os.urandom(4000)),
    "picture.png": b"\x89PNG\r\n\x1a\n",
    "zip.txt": b"PK\x03\x04" + os.urandom(400),
    "empty.txt": b"",
    "blank.md": b"\n\n \n",
    "bom.txt": b"\xef\xbb\xbf" + b"\xff\xfe\xfa",
    "utf16.txt": b"\xff\xfe\x00",
    "cut.txt": TEXT.encode()[:-1] + b"\xe4",
    "controls.txt": "文\u202e字\u2066\u0000\u0007。",
    "base64.txt": b64encode(os.urandom(6000)),
    "mojibake.txt": _mojibake(TEXT * 8),
    "replaced.txt": "\ufffd文" * 300,
    "private.txt": "\ue000\ue001\uf8ff文" * 200,
    "random.txt": "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(2_000)),
    "keys.txt": "qxzj wvkq zzxw pqgt kjxz " * 80,
}


def make_good(folder: Path) -> None:
    """The files that must be served."""
    for name, held in GOOD.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(held, encoding="utf-8")


def make(folder: Path) -> None:
    """Put the hostile files beside the good ones, with links, pipes and a manifest that harms."""
    for name, held in HOSTILE.items():
        data = held if isinstance(held, bytes) else held.encode("utf-8", "replace")
        (folder / name).write_bytes(data)
    (folder / "sources.toml").write_text(MANIFEST, encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    for name, target in {
        "passwd.txt": "/etc/passwd",
        "etc": "/etc",
        "proc": "/proc/self",
        "zero.txt": "/dev/zero",
        "self.txt": "self.txt",
        "gone.txt": "nothing",
        "up": "..",
        "around": ".",
    }.items():
        (folder / name).symlink_to(target)


def main() -> None:
    """Serve the good files of a folder, then read it again with the hostile ones in it; print what
    became of each, and the most memory the process had before and after, as JSON."""
    folder = Path(sys.argv[1])
    make_good(folder)
    library = Library(folder, limits=Limits(seconds=2, megabytes=256))
    library.reload()
    quiet = getrusage(RUSAGE_SELF).ru_maxrss
    make(folder)
    library.reload()
    index = library.current
    became = {
        "lost": {skipped.path: skipped.cause.key for skipped in index.skipped},
        "found": {asked: index.documents_for(asked, limit=3) for asked in QUESTIONS},
        "texts": [document.text for document in index.documents],
        "memory": [quiet, getrusage(RUSAGE_SELF).ru_maxrss],
    }
    library.close()
    print(json.dumps(became))


if __name__ == "__main__":
    main()
