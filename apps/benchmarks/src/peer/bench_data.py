#!/usr/bin/env python3
"""The cases of `difftop bench data` with h5py, on the same files, one thread.

    difftop bench data --json > ours.json     # makes the files
    python3 bench_data.py > peer.json

A batch is 128 windows of 10 rows in random order, every array of the file, the last row repeated
behind an episode's end; numbers as float32. Datasets stay open between reads.
"""
import json
import os
import sys
import tempfile
import time

import h5py
import numpy as np

FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.join(tempfile.gettempdir(), "difftop-bench-data")
BATCH, ROWS, SECONDS, LEAST = 128, 10, 4.0, 7


def arrays(group, prefix=""):
    for name, item in group.items():
        if isinstance(item, h5py.Group):
            yield from arrays(item, prefix + name + "/")
        elif item.ndim > 1:
            yield prefix + name, item


def window(source, start):
    rows = source[start:start + ROWS]
    if rows.dtype != np.uint8:
        rows = rows.astype(np.float32, copy=False)
    missing = ROWS - len(rows)
    return np.concatenate([rows, np.repeat(rows[-1:], missing, 0)]) if missing else rows


def measure(name, episodes):
    rng = np.random.default_rng(0)
    lengths = [len(e["actions"]) for e in episodes]

    def batch():
        drawn = [(e, rng.integers(lengths[e])) for e in rng.integers(len(episodes), size=BATCH)]
        return {key: np.stack([window(episodes[e][key], s) for e, s in drawn]) for key in episodes[0]}

    batch()
    times = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < LEAST:
        start = time.perf_counter()
        batch()
        times.append(1e3 * (time.perf_counter() - start))
    return dict(case=name, median_ms=float(np.median(times)), min_ms=min(times), n=len(times))


def main():
    cases = []
    with h5py.File(os.path.join(FOLDER, "low_dim.hdf5")) as f:
        lazy = [dict(arrays(demo)) for demo in f["data"].values()]
        cases.append(measure("low-dim lazy", lazy))
        cached = [{k: v[()].astype(np.float32) for k, v in e.items()} for e in lazy]
        cases.append(measure("low-dim cached", cached))
    with h5py.File(os.path.join(FOLDER, "image.hdf5")) as f:
        cases.append(measure("image", [dict(arrays(demo)) for demo in f["data"].values()]))
    print(json.dumps(dict(name="data", threads=1, cases=cases)))


main()
