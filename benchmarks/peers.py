"""What Yinju is compared with: other ways to rank Chinese documents, each as it is mostly used.

A peer is built from the texts of the documents and gives, for a question, the numbers of the
ten best. One whose library is not installed raises ImportError; see requirements.txt.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from retrieval.engines.bm25 import Okapi
from retrieval.engines.fields import gathered

DEPTH = 10

Ranker = Callable[[str], list[int]]
Builder = Callable[[Sequence[str]], Ranker]


def rank_bm25_jieba(texts: Sequence[str]) -> Ranker:
    """`BM25Okapi` over `jieba.lcut`, both with their defaults, as tutorials have it."""
    jieba, rank_bm25 = import_module("jieba"), import_module("rank_bm25")
    model = rank_bm25.BM25Okapi([jieba.lcut(text) for text in texts])

    def rank(question: str) -> list[int]:
        return _best(model.get_scores(jieba.lcut(question)))

    return rank


def whoosh_jieba(texts: Sequence[str]) -> Ranker:
    """Whoosh in memory with jieba's ChineseAnalyzer; any word of the question will do (OR)."""
    filedb = import_module("whoosh.filedb.filestore")
    fields, qparser = import_module("whoosh.fields"), import_module("whoosh.qparser")
    analyzer = import_module("jieba.analyse.analyzer").ChineseAnalyzer()
    schema = fields.Schema(number=fields.STORED, text=fields.TEXT(analyzer=analyzer))
    index = filedb.RamStorage().create_index(schema)
    writer = index.writer()
    for number, text in enumerate(texts):
        writer.add_document(number=number, text=text)
    writer.commit()
    searcher = index.searcher()
    # Without plugins: a question mark is no wildcard, a hyphen no operator.
    parser = qparser.QueryParser("text", schema, plugins=[], group=qparser.OrGroup)

    def rank(question: str) -> list[int]:
        return [hit["number"] for hit in searcher.search(parser.parse(question), limit=DEPTH)]

    return rank


def sqlite_trigram(texts: Sequence[str]) -> Ranker:
    """SQLite's FTS5 with its trigram tokenizer; any three neighbours of the question will do."""
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE documents USING fts5(text, tokenize='trigram')")
    except sqlite3.OperationalError as error:  # older than 3.34, or built without FTS5
        raise ImportError(str(error)) from error
    database.executemany(
        "INSERT INTO documents (rowid, text) VALUES (?, ?)", list(enumerate(texts))
    )

    def rank(question: str) -> list[int]:
        runs = re.findall(r"\w+", question)
        terms = {run[at : at + 3] for run in runs for at in range(len(run) - 2)}
        if not terms:
            return []
        match = " OR ".join(f'"{term}"' for term in sorted(terms))
        found = database.execute(
            "SELECT rowid FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT ?",
            (match, DEPTH),
        )
        return [number for (number,) in found]

    return rank


def tantivy_jieba(texts: Sequence[str]) -> Ranker:
    """tantivy over words that jieba has parted with blanks; any word will do."""
    jieba, tantivy = import_module("jieba"), import_module("tantivy")

    def words(text: str) -> list[str]:
        return [word for word in jieba.lcut(text.lower()) if re.search(r"\w", word)]

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(number=number, text=" ".join(words(text))))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(question: str) -> list[int]:
        terms = [tantivy.Query.term_query(schema, "text", word) for word in words(question)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = searcher.search(query, DEPTH).hits
        return [searcher.doc(address)["number"][0] for _, address in hits]

    return rank


def lucene_cjk(texts: Sequence[str]) -> Ranker:
    """What Lucene's CJKAnalyzer indexes, ranked by Lucene's BM25 (k1 = 1.2, b = 0.75).

    Done again here, without Java: pairs of neighbouring Chinese characters, lone ones, other
    words whole, English stop words dropped. Documents' lengths are exact, Lucene's are rounded.
    """
    model = Okapi(gathered(map(_cjk, texts)), k1=1.2, b=0.75)

    def rank(question: str) -> list[int]:
        return _best(model.get_scores(_cjk(question)))

    return rank


PEERS: dict[str, Builder] = {
    "rank_bm25 + jieba.lcut, as most use it": rank_bm25_jieba,
    "Whoosh + jieba's ChineseAnalyzer, OR": whoosh_jieba,
    "SQLite FTS5 trigram, OR": sqlite_trigram,
    "tantivy + jieba": tantivy_jieba,
    "Lucene's CJKAnalyzer (done again)": lucene_cjk,
}

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_CJK = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W{_HAN}]+")
_LUCENE_STOPS = frozenset(
    "a and are as at be but by for if in into is it no not of on or s such t that the their then "
    "there these they this to was will with www".split()
)


def _cjk(text: str) -> Iterator[str]:
    for match in _CJK.finditer(_half_width(text).lower()):
        run = match.group()
        if match.lastgroup == "han" and len(run) > 1:
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        elif run not in _LUCENE_STOPS:
            yield run


def _half_width(text: str) -> str:
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


def _best(scores: Any) -> list[int]:
    order: list[int] = np.argsort(-np.asarray(scores), kind="stable")[:DEPTH].tolist()
    return order
