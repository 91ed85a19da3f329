"""Keeps built libraries on disk: cache, build, eviction."""
