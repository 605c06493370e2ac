"""Reference values of the statistics, by SciPy: python3 statistics_reference.py > reference.json"""

import json
import sys

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20)


def aggregates(scores):
    flat = np.concatenate([np.asarray(s) for s in scores])
    means = [np.mean(s) for s in scores]
    gamma = 0.8
    return {
        "scores": [list(s) for s in scores],
        "mean": float(np.mean(means)),
        "median": float(np.median(means)),
        "iqm": float(stats.trim_mean(flat, 0.25)),
        "gamma": gamma,
        "gap": float(gamma - np.mean([np.mean(np.minimum(s, gamma)) for s in scores])),
        "profile": {str(t): float(np.mean([np.mean(np.asarray(s) > t) for s in scores]))
                    for t in (0.0, 0.25, 0.5, 0.75, 1.0)},
    }


def stratified(scores, statistic, draws=200_000):
    drawn = [np.asarray(s)[rng.integers(len(s), size=(draws, len(s)))] for s in scores]
    return [float(q) for q in np.percentile(statistic(drawn), [2.5, 97.5])]


def iqm(drawn):
    return stats.trim_mean(np.concatenate(drawn, axis=1), 0.25, axis=1)


def mean(drawn):
    return np.mean([d.mean(axis=1) for d in drawn], axis=0)


groups = [
    [rng.uniform(0, 1, 5).round(3) for _ in range(4)],
    [rng.uniform(0, 1, n).round(3) for n in (3, 7, 10)],
    [rng.normal(0.5, 0.4, 11).round(2)],
]
out = {"scipy": scipy.__version__, "numpy": np.__version__, "aggregates": [], "bootstrap": [],
       "improvement": [], "wilcoxon": [], "normal": [], "holm": []}
for group in groups:
    out["aggregates"].append(aggregates(group))
    out["bootstrap"].append({"scores": [list(s) for s in group],
                             "mean": stratified(group, mean), "iqm": stratified(group, iqm)})
for _ in range(4):
    x = [rng.integers(0, 6, n).astype(float) for n in (4, 5)]
    y = [rng.integers(0, 6, n).astype(float) for n in (5, 3)]
    p = [stats.mannwhitneyu(a, b).statistic / (len(a) * len(b)) for a, b in zip(x, y)]
    out["improvement"].append({"x": [list(a) for a in x], "y": [list(b) for b in y],
                               "probability": float(np.mean(p))})
for n, ties in ((5, False), (8, False), (12, False), (30, False), (7, True), (12, True), (60, False)):
    d = rng.normal(0.3, 1, n)
    d = d.round(0 if ties else 6)
    case = {"differences": list(d)}
    nonzero = d[d != 0]
    approximate = stats.wilcoxon(nonzero, method="approx", correction=False)
    case["statistic"] = float(approximate.statistic)
    case["approximate"] = float(approximate.pvalue)
    if n <= 50 and not ties:
        case["exact"] = float(stats.wilcoxon(nonzero, method="exact").pvalue)
    if ties:
        # All sign patterns of the magnitudes.
        ranks = stats.rankdata(np.abs(nonzero))
        k = len(ranks)
        signs = (np.arange(2 ** k)[:, None] >> np.arange(k)) & 1
        smaller = min(ranks[nonzero > 0].sum(), ranks[nonzero < 0].sum())
        case["exact"] = float(min(1, 2 * np.mean(signs @ ranks <= smaller)))
    out["wilcoxon"].append(case)
for z in (-8.0, -4.0, -3.0, -2.999, -1.96, -1.0, -0.1, 0.0, 1.5):
    out["normal"].append([z, float(stats.norm.cdf(z))])
for _ in range(2):
    p = rng.uniform(0, 0.2, 6).round(4)
    order = np.argsort(p)
    adjusted = np.empty(6)
    adjusted[order] = np.minimum(1, np.maximum.accumulate((6 - np.arange(6)) * p[order]))
    out["holm"].append({"p": list(p), "adjusted": list(adjusted)})
json.dump(out, sys.stdout, indent=1)
print()
