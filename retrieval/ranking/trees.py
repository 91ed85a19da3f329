"""Evaluates boosted decision trees, read from JSON, in plain Python.

    F(x)     = constant + Σ_t leaf_t(x)
    share(f) = Σ_t Σ over steps from a node of tree t that asks for f to its child:  value(child) − value(node)
    F(x)     = constant + Σ_t value(root_t) + Σ_f share(f)

F are log odds (Friedman, "Greedy function approximation: a gradient boosting machine", 2001); leaf_t(x) is the value of
the leaf of tree t where x ends, the learning rate included. The shares of features are those of Saabas, "Interpreting
random forests", 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A node of a tree: a leaf, or a comparison of one feature with a threshold.

    Attributes:
        value: what a leaf adds to the log odds; for an inner node the mean of what is below it.
        feature: the name of the feature that is compared; empty for a leaf.
        threshold: the greatest value that leads to `less`.
        less: the next node if the feature is at most `threshold`.
        more: the next node if it is greater.
    """

    value: float
    feature: str = ""
    threshold: float = 0.0
    less: Node | None = None
    more: Node | None = None

    def path(self, values: Mapping[str, float]) -> Iterator[Node]:
        """Yield the nodes from this one (included) to a leaf, for features by name."""
        node: Node | None = self
        while node:
            yield node
            node = node.less if node.feature and values[node.feature] <= node.threshold else node.more


@dataclass(frozen=True, slots=True)
class Trees:
    """A model of log odds: a constant and the roots of its trees."""

    constant: float  # log odds
    roots: tuple[Node, ...]

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Return F(x) for features by name; KeyError if one that the trees ask for is missing."""
        return self.constant + sum(list(root.path(values))[-1].value for root in self.roots)

    def shares(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the share of each feature on the paths, in log odds; the rest of F(x) is the same for all x."""
        shares: dict[str, float] = {}
        for root in self.roots:
            nodes = list(root.path(values))
            for node, following in pairwise(nodes):
                shares[node.feature] = shares.get(node.feature, 0.0) + following.value - node.value
        return shares


def read_trees(record: Mapping[str, Any]) -> Trees:
    """Read trees from a JSON record: a leaf is its value, another node [feature, threshold, value, less, more]."""
    return Trees(record["constant"], tuple(map(_node, record["trees"])))


def _node(record: float | Sequence[Any]) -> Node:
    """Read a node with all that is below it."""
    if isinstance(record, int | float):
        return Node(value=record)
    feature, threshold, value, less, more = record
    return Node(value=value, feature=feature, threshold=threshold, less=_node(less), more=_node(more))
