"""Writes sklearn.json, the fixture of package metric: python make.py, in any folder.

Each case has what a network said (logits or numbers, null for NaN), what is true, and
what scikit-learn (SciPy for Wilson's interval) makes of it. A row with a NaN is given to
scikit-learn as a prediction of a class beyond the last, which is never right.
"""
import json
import pathlib
import warnings

import numpy as np
from scipy.special import expit, log_softmax, softmax
from scipy.stats import binomtest
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")  # the undefined cases are wanted
rng = np.random.default_rng(7)


def logits(labels, classes, pull, digits):
    z = rng.normal(size=(len(labels), classes))
    z[np.arange(len(labels)), labels] += pull
    return np.round(z, digits).astype(np.float32)


def plain(v):
    """JSON without NaN."""
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple, np.ndarray)):
        return [plain(x) for x in v]
    if isinstance(v, (np.integer, int)):
        return int(v)
    v = float(v)
    return None if np.isnan(v) else float(f"{v:.17g}")


def averages(truth, said, labels):
    want = {}
    for name, score in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        present = sorted(set(truth) | set(said) & set(labels)) if labels is not None else None
        want[name] = score(truth, said, average="macro", labels=present, zero_division=0)
        for average in ("micro", "weighted"):
            want[f"{name}_{average}"] = score(truth, said, average=average, labels=labels, zero_division=0)
        for k, v in enumerate(score(truth, said, average=None, labels=labels, zero_division=0)):
            want[f"{name}:{k}"] = v
    return want


def decided(truth, said, classes):
    """The metrics of decisions alone."""
    return averages(truth, said, list(range(classes))) | {
        "accuracy": m.accuracy_score(truth, said),
        "balanced_accuracy": m.balanced_accuracy_score(truth, said),
        "mcc": m.matthews_corrcoef(truth, said),
        "kappa": m.cohen_kappa_score(truth, said),
    }


def ece(right, confidence, bins=15):
    share, mean = calibration_curve(right, confidence, n_bins=bins, strategy="uniform")
    edges = np.linspace(0, 1, bins + 1)
    count = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=bins)
    return np.sum(np.abs(share - mean) * count[count > 0]) / len(right)


def ranked(truth, z, classes):
    """AUROC and average precision, per class and as the mean over the classes for which they are defined."""
    p, want = softmax(z.astype(np.float64), axis=1), {}
    for name, score in (("auroc", m.roc_auc_score), ("average_precision", m.average_precision_score)):
        each = []
        for k in range(classes):
            if (truth == k).any() and (truth != k).any():
                each.append(score(truth == k, p[:, k]))
                want[f"{name}:{k}"] = each[-1]
        want[name] = np.mean(each)
    return want


def classes(truth, z):
    n = z.shape[1]
    p, said = softmax(z.astype(np.float64), axis=1), z.argmax(1)
    want = decided(truth, said, n) | ranked(truth, z, n)
    for k in (2, 3):
        if k < n:
            want[f"top{k}"] = m.top_k_accuracy_score(truth, z, k=k, labels=range(n))
    want["log_loss"] = -log_softmax(z.astype(np.float64), axis=1)[np.arange(len(truth)), truth].mean()
    np.testing.assert_allclose(want["log_loss"], m.log_loss(truth, p, labels=range(n)))
    want["ece"] = ece(said == truth, p.max(1))
    if len(set(truth)) == n > 2:
        np.testing.assert_allclose(want["auroc"], m.roc_auc_score(truth, p, multi_class="ovr", average="macro"))
        np.testing.assert_allclose(want["average_precision"], m.average_precision_score(truth, p, average="macro"))
    return {"outputs": z, "labels": truth, "want": want}


def two(truth, z):
    """Two classes, class 1 being the positive one: from two outputs or from one."""
    score = (z[:, 1].astype(np.float64) - z[:, 0]).astype(np.float32)
    case = classes(truth, z)
    case["want"] |= {"auroc": m.roc_auc_score(truth, score), "average_precision": m.average_precision_score(truth, score)}
    for k in (0, 1):
        sign = 1 if k else -1
        case["want"] |= {f"auroc:{k}": m.roc_auc_score(truth == k, sign * score), f"average_precision:{k}": m.average_precision_score(truth == k, sign * score)}
    return case


def missing_numbers(truth, z, rows):
    z = z.copy()
    z[rows, 0] = np.nan
    said = np.where(np.isnan(z).any(1), z.shape[1], np.nan_to_num(z).argmax(1))
    return {"outputs": z, "labels": truth, "want": decided(truth, said, z.shape[1])}


def tags(truth, z):
    said = (z > 0).astype(int)
    want = averages_of_tags(truth, said) | {
        "accuracy": m.accuracy_score(truth, said),
        "subset_accuracy": m.accuracy_score(truth, said),
        "tag_accuracy": 1 - m.hamming_loss(truth, said),
        "log_loss": np.mean([m.log_loss(truth[:, k], expit(z[:, k].astype(np.float64)), labels=[0, 1]) for k in range(z.shape[1])]),
    }
    some = [k for k in range(z.shape[1]) if 0 < truth[:, k].sum() < len(truth)]
    for name, score in (("auroc", m.roc_auc_score), ("average_precision", m.average_precision_score)):
        want[name] = score(truth[:, some], z[:, some], average="macro")
        want |= {f"{name}:{k}": score(truth[:, k], z[:, k]) for k in some}
    return {"outputs": z, "targets": truth, "want": want}


def averages_of_tags(truth, said):
    want = {}
    for name, score in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        want[name] = score(truth, said, average="macro", zero_division=0)
        for average in ("micro", "weighted"):
            want[f"{name}_{average}"] = score(truth, said, average=average, zero_division=0)
        want |= {f"{name}:{k}": v for k, v in enumerate(score(truth, said, average=None, zero_division=0))}
    return want


def numbers(truth, said):
    case = {"outputs": said, "targets": truth}
    truth, said = truth.astype(np.float64), said.astype(np.float64)
    return case | {"want": {
        "mae": m.mean_absolute_error(truth, said),
        "rmse": np.sqrt(m.mean_squared_error(truth, said)),
        "r2": m.r2_score(truth, said),
    }}


def cases():
    many = rng.choice(4, size=150, p=[.5, .3, .15, .05])
    yield "four classes", "classes", classes(many, logits(many, 4, 1.2, 3))
    pair = rng.integers(0, 2, size=80)
    yield "two classes with ties", "classes", two(pair, logits(pair, 2, .8, 1))
    one = two(pair, np.stack([np.zeros(80, np.float32), logits(pair, 2, .8, 1)[:, 1]], 1))
    one["outputs"] = one["outputs"][:, 1:]
    yield "two classes from one output", "classes", one
    absent = rng.choice(3, size=60)
    z = logits(absent, 5, 1, 3)
    z[:, 4] -= 50  # class 3 is predicted though never true, class 4 neither
    yield "classes missing from the truth", "classes", classes(absent, z)
    yield "one image", "classes", {"outputs": z[:1], "labels": absent[:1], "want": decided(absent[:1], z[:1].argmax(1), 5)}
    yield "one image, right", "classes", {"outputs": z[:1], "labels": z[:1].argmax(1), "want": decided(z[:1].argmax(1), z[:1].argmax(1), 5)}
    yield "rows that are not numbers", "classes", missing_numbers(many[:40], logits(many[:40], 4, 1.2, 3), [3, 4, 17, 30])
    worst = np.array([0, 1, 2, 1])
    yield "nothing right", "classes", {"outputs": np.eye(3, dtype=np.float32)[(worst + 1) % 3], "labels": worst, "want": decided(worst, (worst + 1) % 3, 3)}
    truth = (rng.random((60, 4)) < [.5, .3, .1, 0]).astype(int)
    yield "tags, one of which never occurs", "tags", tags(truth, np.round(rng.normal(size=(60, 4)) + 1.5 * truth - .5, 3).astype(np.float32))
    y = np.round(rng.normal(size=(50, 1)) * 3 + 1000, 2).astype(np.float32)
    yield "numbers", "numbers", numbers(y, np.round(y + rng.normal(size=y.shape), 2).astype(np.float32))
    y = np.round(rng.normal(size=(30, 3)) * [1, 5, 20], 2).astype(np.float32)
    yield "three numbers", "numbers", numbers(y, np.round(y + rng.normal(size=y.shape), 2).astype(np.float32))
    same = np.full((4, 1), 2.5, np.float32)
    yield "constant numbers", "numbers", numbers(same, same + np.float32(.5))
    yield "constant numbers, all right", "numbers", numbers(same, same)
    yield "one number", "numbers", numbers(same[:1], same[:1] + np.float32(.5))


wilson = []
for right, n in ((0, 10), (10, 10), (47, 50), (1, 1), (5000, 10000)):
    low, high = binomtest(right, n).proportion_ci(.95, "wilson")
    wilson.append({"right": right, "n": n, "low": low, "high": high})
out = {"cases": [{"name": name, "kind": kind} | plain(c) for name, kind, c in cases()], "wilson": [plain(w) for w in wilson]}
for c in out["cases"]:
    c["width"] = len(c["outputs"][0])
    c["outputs"] = [v if v is None else round(v, 4) for row in c["outputs"] for v in row]
    if "targets" in c:
        c["targets"] = [round(v, 4) for row in c["targets"] for v in row]
text = ",\n".join(json.dumps(c) for c in out["cases"])
text = '{"cases": [\n' + text + '\n],\n"wilson": [\n' + ",\n".join(json.dumps(w) for w in out["wilson"]) + "\n]}\n"
(pathlib.Path(__file__).parent / "sklearn.json").write_text(text)
