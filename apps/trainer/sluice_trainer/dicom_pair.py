"""A DICOM picture and the SEG that outlines something in it, as training pairs; shown as the inference service shows them."""

import io
from typing import List, Optional, Tuple

import numpy as np
import pydicom
from pydicom.errors import InvalidDicomError
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array

from .errors import TrainerError

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
DEFLATED = b"1.2.840.10008.1.2.1.99"
MAX_SIDE = 8192
MAX_FRAMES = 64
TWO_DIMENSIONAL, TISSUE = 1, 1
# Traces, grey and colour bars: beside the picture, not a second one.
DECORATION = {0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x12}


def is_dicom(content: bytes) -> bool:
    """Whether a file begins as Part 10 says (PS3.10 7.1)."""
    return content[128:132] == b"DICM"


def read_dicom_pair(image: bytes, mask: bytes, row_id: str, region: str) -> Tuple[np.ndarray, np.ndarray]:
    """Grey (h, w) uint8 and mask (h, w) bool; with `region` "ultrasound" cut to the one tissue region, where there is one.

    Raises TrainerError for what cannot be read, is no single frame, or does not belong together.
    """
    picture, segments = _read(image, row_id), _read(mask, row_id)
    if picture.get("NumberOfFrames", 1) != 1:
        raise TrainerError(f"{row_id}: a picture of several frames")
    if segments.get("SOPClassUID") != SEGMENTATION:
        raise TrainerError(f"{row_id}: the mask is no DICOM SEG")
    if (segments.Rows, segments.Columns) != (picture.Rows, picture.Columns):
        raise TrainerError(f"{row_id}: picture and mask differ in size")
    try:
        grey, outlined = _grey(picture, row_id), _outlined(segments, picture, row_id)
    except (AttributeError, KeyError, NotImplementedError, RuntimeError, ValueError) as cause:
        raise TrainerError(f"{row_id}: pixels that cannot be decoded") from cause
    rows, columns = _region(picture, row_id) if region == "ultrasound" else (slice(None), slice(None))
    if outlined.sum() != outlined[rows, columns].sum():
        raise TrainerError(f"{row_id}: the mask lies partly outside the ultrasound region")
    return grey[rows, columns], outlined[rows, columns]


def _read(content: bytes, row_id: str) -> pydicom.Dataset:
    if DEFLATED in content[:4096]:
        raise TrainerError(f"{row_id}: deflated DICOM is not read here")
    try:
        dataset = pydicom.dcmread(io.BytesIO(content))
        sizes = (int(dataset.Rows), int(dataset.Columns))
    except (InvalidDicomError, AttributeError, OSError, ValueError) as cause:
        raise TrainerError(f"{row_id}: not a DICOM picture that can be read") from cause
    if max(sizes) > MAX_SIDE or min(sizes) < 1 or int(dataset.get("NumberOfFrames", 1) or 1) > MAX_FRAMES:
        raise TrainerError(f"{row_id}: more than {MAX_SIDE} pixels on a side or {MAX_FRAMES} frames")
    return dataset


def _grey(picture: pydicom.Dataset, row_id: str) -> np.ndarray:
    """As apps/inference/src/input/grey does it: modality, window, MONOCHROME1; colours by their luminance."""
    stored, photometric = pixel_array(picture), picture.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        stored = apply_color_lut(stored, picture)
        stored = stored >> 8 if stored.dtype.itemsize > 1 else stored
    if stored.ndim == 3:
        red, green, blue = (stored[..., channel].astype(int) for channel in range(3))
        return ((299 * red + 587 * green + 114 * blue + 500) // 1000).astype(np.uint8)
    if "VOILUTSequence" in picture:
        raise TrainerError(f"{row_id}: a picture with a VOI LUT; give it a window")
    light = _windowed(apply_modality_lut(stored, picture).astype(float), picture)
    shades = np.floor(255 * light + 0.5).astype(np.uint8)
    return 255 - shades if photometric == "MONOCHROME1" else shades


def _windowed(values: np.ndarray, picture: pydicom.Dataset) -> np.ndarray:
    """0 dark to 1 bright (PS3.3 C.11.2.1.2); without a window 8-bit greys as they are, others from least to greatest."""
    centre, width = (_first(picture, word) for word in ("WindowCenter", "WindowWidth"))
    function = picture.get("VOILUTFunction", "LINEAR") or "LINEAR"
    if centre is not None and width is not None:
        if function == "SIGMOID" and width > 0:
            return 1 / (1 + np.exp(-4 * (values - centre) / width))
        if function == "LINEAR_EXACT" and width > 0:
            return _ramp(values, centre - width / 2, centre + width / 2)
        if function == "LINEAR" and width >= 1:
            return _ramp(values, centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2)
    plain = picture.get("RescaleSlope", 1) == 1 and picture.get("RescaleIntercept", 0) == 0
    if picture.BitsStored == 8 and picture.PixelRepresentation == 0 and plain and "ModalityLUTSequence" not in picture:
        return values / 255
    return _ramp(values, values.min(), values.max())


def _ramp(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.where(values <= low, 0.0, np.where(values > high, 1.0, (values - low) / max(high - low, 1e-12)))


def _first(picture: pydicom.Dataset, word: str) -> Optional[float]:
    value = picture.get(word)
    if value is None or value == "":
        return None
    return float(value[0] if isinstance(value, pydicom.multival.MultiValue) else value)


def _outlined(segments: pydicom.Dataset, picture: pydicom.Dataset, row_id: str) -> np.ndarray:
    """All segments of the frames that were drawn on this picture, together."""
    frames = pixel_array(segments).reshape(-1, segments.Rows, segments.Columns)
    least = 1 if segments.SegmentationType == "BINARY" else segments.MaximumFractionalValue / 2
    groups = segments.PerFrameFunctionalGroupsSequence
    chosen = [at for at in range(len(frames)) if picture.SOPInstanceUID in _sources(groups[at])]
    if not chosen:
        raise TrainerError(f"{row_id}: no frame of the SEG was drawn on this picture")
    return (frames[chosen] >= least).any(axis=0)


def _sources(groups: pydicom.Dataset) -> List[str]:
    return [
        source.ReferencedSOPInstanceUID
        for derivation in groups.get("DerivationImageSequence", [])
        for source in derivation.get("SourceImageSequence", [])
    ]


def _region(picture: pydicom.Dataset, row_id: str) -> Tuple[slice, slice]:
    """Rows and columns of the one region of two-dimensional tissue; all of the picture where no region is named."""
    regions = picture.get("SequenceOfUltrasoundRegions", [])
    pictures = [one for one in regions if one.get("RegionDataType", 0) not in DECORATION]
    if not regions:
        return slice(None), slice(None)
    kinds = [(one.get("RegionSpatialFormat"), one.get("RegionDataType")) for one in pictures]
    if kinds != [(TWO_DIMENSIONAL, TISSUE)]:
        raise TrainerError(f"{row_id}: not exactly one ultrasound region of two-dimensional tissue")
    one = pictures[0]
    left, top, right, bottom = (
        one[f"RegionLocation{word}"].value for word in ("MinX0", "MinY0", "MaxX1", "MaxY1")
    )
    right, bottom = min(right, picture.Columns - 1), min(bottom, picture.Rows - 1)
    if right <= left or bottom <= top:
        raise TrainerError(f"{row_id}: an ultrasound region that cannot be")
    return slice(top, bottom + 1), slice(left, right + 1)
