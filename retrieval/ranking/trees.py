"""Boosted decision trees, read from a small file and summed in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A question about one feature, and what is added where the tree ends here.

    Attributes:
        value: what this node adds; of an inner one the mean of what is below it.
        feature: its name; empty for a leaf.
        less, more: where to go on: up to the threshold, and above it.
    """

    value: float
    feature: str = ""
    threshold: float = 0.0
    less: Node | None = None
    more: Node | None = None

    def path(self, values: Mapping[str, float]) -> Iterator[Node]:
        """The nodes from here to a leaf."""
        node: Node | None = self
        while node:
            yield node
            node = node.less if node.feature and values[node.feature] <= node.threshold else node.more


@dataclass(frozen=True, slots=True)
class Trees:
    """Log odds as a constant and a sum over trees (Friedman, "Greedy function approximation", 2001)."""

    constant: float
    roots: tuple[Node, ...]

    def log_odds(self, values: Mapping[str, float]) -> float:
        """What the trees say of features by name."""
        return self.constant + sum(list(root.path(values))[-1].value for root in self.roots)

    def shares(self, values: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to the log odds, by the steps between nodes (Saabas, 2014); the rest is constant."""
        shares: dict[str, float] = {}
        for root in self.roots:
            nodes = list(root.path(values))
            for node, following in pairwise(nodes):
                shares[node.feature] = shares.get(node.feature, 0.0) + following.value - node.value
        return shares


def read_trees(record: Mapping[str, Any]) -> Trees:
    """Trees from their JSON: a leaf is its value, another node [feature, threshold, value, less, more]."""
    return Trees(record["constant"], tuple(map(_node, record["trees"])))


def _node(record: float | Sequence[Any]) -> Node:
    if isinstance(record, int | float):
        return Node(value=record)
    feature, threshold, value, less, more = record
    return Node(value=value, feature=feature, threshold=threshold, less=_node(less), more=_node(more))
