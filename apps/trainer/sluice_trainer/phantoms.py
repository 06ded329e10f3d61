"""Generated ultrasound-like pictures with a known lesion: what tests and CI train on. No patient data."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

COLUMNS = ("id", "patient", "fold", "pathology", "device", "image", "mask", "image_sha256", "mask_sha256")
FOLDS = 3
PER_PATIENT = 2


def phantom(rng: np.random.Generator, malignant: bool) -> "tuple[np.ndarray, np.ndarray]":
    """A speckled picture (h, w) uint8 and its lesion (h, w) bool: smooth and wide when benign, rough and tall when malignant."""
    height, width = int(rng.integers(72, 96)), int(rng.integers(56, 80))
    rows, columns = np.mgrid[:height, :width].astype(float)
    y, x = rows - height * rng.uniform(0.35, 0.6), columns - width * rng.uniform(0.4, 0.6)
    long, short = rng.uniform(12, 18), rng.uniform(8, 11)
    tall, wide = (long, short) if malignant else (short, long)
    angle = np.arctan2(y / tall, x / wide)
    rough = rng.uniform(0.1, 0.2) if malignant else 0.02
    edge = 1 + rough * np.cos(angle * rng.integers(5, 9) + rng.uniform(0, 6))
    mask = np.hypot(y / tall, x / wide) < edge
    tissue = rng.uniform(110, 150) + 15 * np.sin(rows / rng.uniform(5, 9))
    clean = np.where(ndimage.binary_dilation(mask), rng.uniform(30, 60), tissue)
    speckle = ndimage.gaussian_filter(rng.normal(size=clean.shape), 0.7) * 0.5
    return np.clip(clean * (1 + speckle), 1, 255).astype(np.uint8), mask


def write_phantoms(folder: Path, count: int, seed: int) -> None:
    """`count` phantoms of `count / 2` patients in folds 1-3, as a folder with MANIFEST.tsv."""
    rng, lines = np.random.default_rng(seed), ["\t".join(COLUMNS)]
    for kind in ("images", "masks"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for at in range(count):
        patient = at // PER_PATIENT
        malignant = patient % 2 == 1
        picture, mask = phantom(rng, malignant)
        paths = [f"{kind}/{at}.png" for kind in ("images", "masks")]
        for path, pixels in zip(paths, (picture, mask.astype(np.uint8) * 255)):
            Image.fromarray(pixels).save(folder / path)
        digests = [hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths]
        fold, label = patient // 2 % FOLDS + 1, "malignant" if malignant else "benign"
        words = (f"p{at}", f"patient-{patient}", str(fold), label, f"scanner-{patient % 3}", *paths, *digests)
        lines.append("\t".join(words))
    (folder / "MANIFEST.tsv").write_text("\n".join(lines) + "\n")
