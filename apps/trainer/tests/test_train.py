"""A stopped training goes on as if it had never stopped; norms fold away; foreign checkpoints are refused."""

import copy

import pytest
import torch

from sluice_trainer.errors import TrainerError
from sluice_trainer.fold import fold_norms, round_to_fp16
from sluice_trainer.network import OutlineNet
from sluice_trainer.prepare import Prepared, prepare_folder
from sluice_trainer.train import Budget, Training

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data(folder, recipe) -> Prepared:
    return prepare_folder(folder, recipe, lambda row: row["fold"] == "1")


def weights(training: Training) -> torch.Tensor:
    return torch.cat([p.flatten() for p in training.average.network.parameters()])


def test_a_resumed_training_ends_with_the_same_weights(recipe, data, tmp_path):
    member = recipe.members[0]
    whole, first, second = (Training(member, 2, data, CPU) for _ in range(3))
    for _ in range(6):
        whole.take_step(0.5)
    for _ in range(3):
        first.take_step(0.5)
    first.run(Budget(3), tmp_path / "c")
    second.run(Budget(3), tmp_path / "c")
    for _ in range(3):
        second.take_step(0.5)
    assert second.step == 6 and torch.allclose(weights(whole), weights(second), atol=1e-6)


def test_a_checkpoint_of_other_data_is_refused(recipe, data, tmp_path):
    Training(recipe.members[0], 2, data, CPU).run(Budget(1), tmp_path / "c")
    other = copy.copy(data)
    other.digest = "other"
    with pytest.raises(TrainerError, match="other data"):
        Training(recipe.members[0], 2, other, CPU).run(Budget(2), tmp_path / "c")


def test_folded_norms_change_nothing_and_rounded_weights_fit_fp16(recipe):
    torch.manual_seed(1)
    network = OutlineNet.of(recipe.members[0], 2)
    images = torch.rand(4, 1, 64, 64) * 255
    network.train()
    for _ in range(3):
        network(images)
    network.eval()
    with torch.no_grad():
        before = network(images)
        after = fold_norms(network)(images)
    assert all(torch.allclose(one, other, atol=1e-4) for one, other in zip(before, after))
    round_to_fp16(network)
    large = [p for p in network.parameters() if p.numel() >= 64]
    assert all(torch.equal(p, p.half().float()) for p in large)


def test_the_picture_is_standardised_whatever_its_brightness(recipe):
    network = OutlineNet.of(recipe.members[0], 2)
    images = torch.zeros(1, 1, 64, 64)
    images[:, :, :, 10:50] = torch.rand(1, 1, 64, 40) * 80 + 20
    for brightness in (1.0, 2.5):
        seen = network.standardise(images * brightness)
        inside = seen[images > 0]
        assert abs(inside.mean()) < 1e-4 and 0.8 < inside.std() < 1.0 and (seen[images == 0] == 0).all()
