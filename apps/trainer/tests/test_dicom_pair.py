"""A DICOM picture and its SEG become a training pair as the inference service would show it."""

import io
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset

from sluice_trainer.dicom_pair import SEGMENTATION, is_dicom, read_dicom_pair
from sluice_trainer.errors import TrainerError
from sluice_trainer.manifest import Row
from sluice_trainer.pair import read_pair

ULTRASOUND = "1.2.840.10008.5.1.4.1.1.6.1"


def made(pixels: np.ndarray, **words: Any) -> Dataset:
    """An ultrasound picture of these stored values."""
    dataset = Dataset()
    bits = 8 * pixels.dtype.itemsize
    dataset.SOPClassUID, dataset.SOPInstanceUID = ULTRASOUND, "2.25.1"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit, dataset.PixelRepresentation = bits - 1, 0
    dataset.PixelData = pixels.tobytes()
    for word, value in words.items():
        setattr(dataset, word, value)
    return dataset


def segmentation(masks: np.ndarray, *sources: str, **words: Any) -> Dataset:
    """A BINARY SEG: a frame (h, w) drawn on each source."""
    packed = np.packbits(masks.astype(np.uint8).ravel(), bitorder="little").tobytes()
    dataset = made(masks[0].astype(np.uint8), SOPClassUID=SEGMENTATION, SOPInstanceUID="2.25.9", NumberOfFrames=len(masks))
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.HighBit, dataset.SegmentationType = 0, "BINARY"
    dataset.PixelData = packed + bytes(len(packed) % 2)
    dataset.PerFrameFunctionalGroupsSequence = [group(source) for source in sources]
    for word, value in words.items():
        setattr(dataset, word, value)
    return dataset


def group(source: str) -> Dataset:
    image, derivation, frame = Dataset(), Dataset(), Dataset()
    image.ReferencedSOPInstanceUID = source
    derivation.SourceImageSequence = [image]
    frame.DerivationImageSequence = [derivation]
    return frame


def content(dataset: Dataset) -> bytes:
    """The bytes of a Part 10 file."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def pair(picture: Dataset, seg: Dataset, region: str = "whole") -> "tuple[np.ndarray, np.ndarray]":
    return read_dicom_pair(content(picture), content(seg), "r1", region)


def shades(pixels: np.ndarray, **words: Any) -> Any:
    mask = np.ones((1, *pixels.shape[:2]), bool)
    return pair(made(pixels, **words), segmentation(mask, "2.25.1"))[0].tolist()


def row(*values: int) -> np.ndarray:
    return np.array([values], np.uint16)


# The golden values of apps/inference/src/input/grey/display-grey.spec.ts: what is trained on is what is shown.
def test_greys_are_those_of_the_service():
    assert shades(row(1, 2, 3, 4, 5, 6), WindowCenter=4, WindowWidth=5) == [[0, 32, 96, 159, 223, 255]]
    exact = {"WindowCenter": 4, "WindowWidth": 4, "VOILUTFunction": "LINEAR_EXACT"}
    assert shades(row(1, 2, 3, 4, 5, 6), **exact) == [[0, 0, 64, 128, 191, 255]]
    sigmoid = {"WindowCenter": 100, "WindowWidth": 40, "VOILUTFunction": "SIGMOID"}
    assert shades(row(80, 100, 120), **sigmoid) == [[30, 128, 225]]
    rescaled = {"RescaleSlope": 2, "RescaleIntercept": -100, "WindowCenter": "50.5", "WindowWidth": 101}
    assert shades(row(0, 50, 75, 150), **rescaled) == [[0, 0, 128, 255]]
    assert shades(row(0, 50, 100), PhotometricInterpretation="MONOCHROME1") == [[255, 127, 0]]
    assert shades(np.array([[40, 50, 90]], np.uint8)) == [[40, 50, 90]]


def test_colours_are_their_luminance():
    colours = np.array([[[255, 0, 0], [80, 80, 80]]], np.uint8)
    words = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    assert shades(colours, **words) == [[76, 80]]


def test_all_segments_that_were_drawn_on_the_picture_are_its_mask():
    masks = np.zeros((3, 5, 7), bool)
    masks[0, 1, 1], masks[1, 2, 3], masks[2, 4, 6] = True, True, True
    _, mask = pair(made(np.ones((5, 7), np.uint8)), segmentation(masks, "2.25.1", "2.25.1", "2.25.2"))
    assert np.argwhere(mask).tolist() == [[1, 1], [2, 3]]


def test_a_seg_of_another_picture_is_refused():
    seg = segmentation(np.ones((1, 5, 7), bool), "2.25.2")
    with pytest.raises(TrainerError, match="no frame"):
        pair(made(np.ones((5, 7), np.uint8)), seg)


def region(**words: Any) -> Dataset:
    one = Dataset()
    one.RegionSpatialFormat, one.RegionDataType = 1, 1
    one.RegionLocationMinX0, one.RegionLocationMinY0 = 2, 1
    one.RegionLocationMaxX1, one.RegionLocationMaxY1 = 5, 3
    for word, value in words.items():
        setattr(one, word, value)
    return one


def test_the_ultrasound_region_is_cut_out_of_both():
    pixels, masks = np.arange(35, dtype=np.uint8).reshape(5, 7), np.zeros((1, 5, 7), bool)
    masks[0, 2, 3] = True
    bar = region(RegionDataType=0x0D)
    grey, mask = pair(made(pixels, SequenceOfUltrasoundRegions=[bar, region()]), segmentation(masks, "2.25.1"), "ultrasound")
    assert grey.tolist() == pixels[1:4, 2:6].tolist() and np.argwhere(mask).tolist() == [[1, 1]]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"SequenceOfUltrasoundRegions": [region(), region()]}, "one ultrasound region"),
        ({"SequenceOfUltrasoundRegions": [region(RegionDataType=2)]}, "one ultrasound region"),
        ({"SequenceOfUltrasoundRegions": [region(RegionLocationMaxX1=2)]}, "cannot be"),
        ({"SequenceOfUltrasoundRegions": [region()]}, "outside"),
        ({"NumberOfFrames": 2}, "several frames"),
        ({"Columns": 9000}, "on a side"),
        ({"Rows": 4}, "differ in size"),
        ({"PixelData": b"\0\0"}, "decoded"),
    ],
)
def test_what_does_not_fit_is_refused(change, words):
    seg = segmentation(np.ones((1, 5, 7), bool), "2.25.1")
    with pytest.raises(TrainerError, match=words):
        pair(made(np.ones((5, 7), np.uint8), **change), seg, "ultrasound")


def test_a_mask_that_is_no_seg_and_bytes_that_are_no_dicom_are_refused():
    picture = made(np.ones((5, 7), np.uint8))
    with pytest.raises(TrainerError, match="no DICOM SEG"):
        pair(picture, made(np.ones((5, 7), np.uint8)))
    broken = bytes(128) + b"DICM" + b"\1" * 40
    assert is_dicom(broken) and not is_dicom(b"\x89PNG")
    with pytest.raises(TrainerError, match="read"):
        read_dicom_pair(broken, broken, "r1", "whole")


def test_a_row_may_name_dicom_files(tmp_path, recipe):
    masks = np.zeros((1, 5, 7), bool)
    masks[0, 1:3, 2:4] = True
    (tmp_path / "a.dcm").write_bytes(content(made(np.full((5, 7), 9, np.uint8))))
    (tmp_path / "b.dcm").write_bytes(content(segmentation(masks, "2.25.1")))
    (tmp_path / "c.png").write_bytes(b"\x89PNG")
    grey, mask = read_pair(Row(tmp_path, {"id": "r1", "image": "a.dcm", "mask": "b.dcm"}), recipe)
    assert (grey == 9).all() and mask.sum() == 4
    with pytest.raises(TrainerError, match="both DICOM"):
        read_pair(Row(tmp_path, {"id": "r1", "image": "a.dcm", "mask": "c.png"}), recipe)
