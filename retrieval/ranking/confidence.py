"""How sure it is that the best passage is about the question, without any label."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from retrieval.model import Query, Scored


def confidence(
    scored: Sequence[Scored], query: Query, importance: Mapping[str, float], saturation: float
) -> float:
    """The share of the reachable score that the best passage's text earned, times √ln(1 + M).

    M is what all terms of the query say together (`importance`, terms unknown to the corpus
    included as the rarest); the reachable score is ``saturation · M``. The second factor trusts
    a full match the more, the more the question said: a lone common word proves little. Zero
    where nothing matched; typically below 1.5. Of the terms only those of the question itself
    count: its other names say no more.
    """
    mass = sum(says for term, says in importance.items() if term not in query.expanded)
    if not scored or mass <= 0:
        return 0.0
    return scored[0].body / (saturation * mass) * math.sqrt(math.log1p(mass))
