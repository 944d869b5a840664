"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.folding import Folded, fold
from retrieval.index import Index, Thresholds
from retrieval.model import Corpus, Document, Passage
from retrieval.passages import split
from retrieval.places import Places
from retrieval.segment import Segmenter, Terms

LEAD = 25
"""Characters of a document's beginning that are a field of their own."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Segmented:
    """A document cut up for the index; kept from one generation to the next."""

    passages: tuple[Passage, ...]
    folded: tuple[Folded, ...]
    terms: tuple[Terms, ...]
    titles: tuple[Terms, ...]
    lead: Terms


def segmented(
    corpus: Corpus, known: Mapping[str, Segmented] | None = None, progress: Progress | None = None
) -> dict[str, Segmented]:
    """Cut up every document, by its fingerprint; those already `known` are taken over.

    Blocks for about a second per 500,000 characters.
    """
    segmenter = Segmenter()
    parts: dict[str, Segmented] = {}
    for number, document in enumerate(corpus.documents, start=1):
        old = (known or {}).get(document.fingerprint)
        parts[document.fingerprint] = old or segment_document(document, segmenter)
        if progress is not None:
            progress(number, len(corpus.documents))
    return parts


def assemble(corpus: Corpus, segments: Mapping[str, Segmented]) -> Index:
    """The index of `corpus` from the `segments` of its documents."""
    parts = [segments[document.fingerprint] for document in corpus.documents]
    owner = [number for number, part in enumerate(parts) for _ in part.passages]
    passages = tuple(passage for part in parts for passage in part.passages)
    fields = Fields(
        passages=[terms for part in parts for terms in part.terms],
        titles=[terms for part in parts for terms in part.titles],
        documents=[Terms.sum(part.terms) for part in parts],
        leads=[part.lead for part in parts],
        owner=owner,
    )
    return Index(
        generation=generation(corpus),
        documents=corpus.documents,
        passages=passages,
        skipped=corpus.skipped,
        segmenter=Segmenter(),
        engine=OkapiEngine(fields),
        folded=[folded for part in parts for folded in part.folded],
        owner=owner,
        places=Places(corpus.documents, passages),
        thresholds=Thresholds(),
    )


def build(corpus: Corpus, progress: Progress | None = None) -> Index:
    """Index `corpus` from nothing."""
    return assemble(corpus, segmented(corpus, progress=progress))


def segment_document(document: Document, segmenter: Segmenter) -> Segmented:
    """Cut one document into passages and terms."""
    passages = split(document)
    folded = tuple(fold(passage.text) for passage in passages)
    headings: Mapping[tuple[str, ...], Terms] = {
        path: segmenter.terms(fold("\n".join((document.title, *path))).text)
        for path in {passage.headings for passage in passages}
    }
    return Segmented(
        passages,
        folded,
        tuple(segmenter.terms(f.text) for f in folded),
        tuple(headings[passage.headings] for passage in passages),
        segmenter.terms(fold(document.text[:LEAD]).text),
    )


def generation(corpus: Corpus) -> str:
    """The corpus's fingerprint: the same for the same documents, ten hexadecimal digits."""
    digest = hashlib.sha256("\n".join(d.fingerprint for d in corpus.documents).encode())
    return digest.hexdigest()[:10]
