"""Writes mcnemar.json: exact two-sided p-values of scipy.stats.binomtest."""
import json
import pathlib

from scipy.stats import binomtest

cases = [(0, 1), (1, 1), (5, 14), (2, 30), (40, 40), (12, 25), (300, 200), (0, 12), (1000, 1100)]
out = [{"tuned": a, "control": b, "p": binomtest(a, a + b).pvalue} for a, b in cases]
pathlib.Path(__file__).with_name("mcnemar.json").write_text(json.dumps(out, indent=1) + "\n")
