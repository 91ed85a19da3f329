"""Built libraries on disk: cache, build, calibration, eviction."""
