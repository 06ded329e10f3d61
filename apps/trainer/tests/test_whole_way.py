"""From 200 phantoms to a model that onnxruntime runs: prepare, train, look, ship, evaluate, by the commands."""

import json
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

from sluice_trainer.export import open_model
from sluice_trainer.outline import dice, outline_of
from sluice_trainer.prepare import load_prepared


def words(world: Path, name: str) -> dict:
    return json.loads((world / "models/phantoms/1" / name).read_text())


def test_onnxruntime_says_what_torch_says(world):
    found = words(world, "training.json")["agreementWithTorch"]
    assert found["mask"] < 1e-4 and found["probabilities"] < 1e-4 and found["flips"] == 0


def test_it_has_learned(world):
    found = words(world, "metrics.json")
    assert found["dice"] > 0.85 and found["auc"] > 0.85 and found["longAxisErrorMedian"] < 0.1
    assert found["n"] == 64 and found["missed"] == 0


def test_the_figures_have_intervals_and_a_row_for_each_scanner(world):
    found = words(world, "metrics.json")
    for name in ("dice", "auc", "longAxisErrorMedian", "ece", "missed"):
        low, high = found["intervals"][name]
        assert low <= found[name] <= high or name == "ece"
    assert sum(row["n"] for row in found["devices"].values()) == found["n"]


def test_the_file_holds_fp16_and_nothing_outside_itself(world):
    model = onnx.load(str(world / "models/phantoms/1/model.onnx"), load_external_data=False)
    large = [t for t in model.graph.initializer if np.prod(t.dims) >= 64 and t.data_type != onnx.TensorProto.INT64]
    assert large and all(t.data_type == onnx.TensorProto.FLOAT16 for t in large)
    assert not any(t.external_data for t in model.graph.initializer)


def test_the_batch_axis_is_free(world):
    session = open_model((world / "models/phantoms/1/model.onnx").read_bytes())
    images = load_prepared(world / "data.npz").images[:5, None].astype(np.float32)
    alone = [session.run(None, {"image": images[at : at + 1]}) for at in range(5)]
    together = session.run(None, {"image": images})
    for at, one in enumerate(alone):
        assert all(np.allclose(a[0], b[at], atol=1e-4) for a, b in zip(one, together))


def test_the_svm_runs_on_the_outline_of_the_cnn(world):
    cnn, svm = (open_model((world / f"models/{n}/1/model.onnx").read_bytes()) for n in ("phantoms", "phantoms-svm"))
    data = load_prepared(world / "data.npz")
    images = data.images[:8, None].astype(np.float32)
    mask = cnn.run(["mask"], {"image": images})[0]
    told = svm.run(["probabilities"], {"image": images, "mask": mask})[0]
    assert told.shape == (8, 2) and np.allclose(told.sum(1), 1, atol=1e-4)
    assert words(world, "metrics.json")["svm"]["alone"]["auc"] > 0.8


def test_a_blank_picture_gives_numbers_and_no_lesion_like_that_of_a_phantom(world):
    session = open_model((world / "models/phantoms/1/model.onnx").read_bytes())
    answers = session.run(None, {"image": np.zeros((1, 1, 64, 64), np.float32)})
    assert all(np.isfinite(answer).all() for answer in answers)
    truth = load_prepared(world / "data.npz").masks[0]
    assert dice(outline_of(answers[0][0, 0]), truth) < 0.9


def test_a_sheet_shows_pictures_and_how_training_may_see_them(world, command, tmp_path):
    command("augment", "--data", world / "data.npz", "--out", tmp_path / "sheet.png", "--count", 3)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    images = load_prepared(world / "data.npz").images[:3]
    assert sheet.shape == (128, 192) and np.array_equal(sheet[:64], np.concatenate(list(images), axis=1))
    assert not np.array_equal(sheet[64:], sheet[:64])


def test_card_and_contract_say_what_they_must(world):
    card = (world / "models/phantoms/1/model-card.md").read_text()
    assert "Research use, not a medical device" in card and words(world, "training.json")["dataDigest"] in card
    assert words(world, "metrics.json")["timesScored"] == 1 and "have been scored in all: 1." in card
    contract = words(world, "contract.json")
    assert contract["input"]["shape"] == [-1, 1, 64, 64] and contract["fits"]["modality"] == ["US"]
    config = (world / "models/phantoms/config.pbtxt").read_text()
    assert 'name: "image"' in config and "dims: [ 1, 64, 64 ]" in config
