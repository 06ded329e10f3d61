"""Augmentation keeps picture and mask together, and the same seed gives the same batch."""

import torch

from sluice_trainer.augment import Augmentation, augment

STILL = Augmentation(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def batch() -> "tuple[torch.Tensor, torch.Tensor]":
    images = torch.zeros(8, 1, 32, 32)
    images[:, :, 4:28, 8:24] = 100
    images[:, :, 10:20, 9:15] = 200
    return images, (images == 200).float()


def test_the_same_seed_gives_the_same_and_another_does_not():
    images, masks = batch()
    one, other = augment(images, masks, Augmentation(), 3), augment(images, masks, Augmentation(), 3)
    assert torch.equal(one[0], other[0]) and torch.equal(one[1], other[1])
    assert not torch.equal(one[0], augment(images, masks, Augmentation(), 4)[0])


def test_without_any_amount_nothing_changes():
    images, masks = batch()
    same, same_masks = augment(images, masks, STILL, 1)
    assert torch.allclose(same, images.clamp(min=0), atol=0.05) and torch.equal(same_masks, masks)


def test_a_flip_turns_both():
    images, masks = batch()
    flipped, flipped_masks = augment(images, masks, Augmentation(**{**STILL.__dict__, "flip": 1.0}), 1)
    assert torch.allclose(flipped, images.flip(3), atol=0.05) and torch.equal(flipped_masks, masks.flip(3))


def test_padding_stays_zero_and_greys_stay_in_range_and_masks_stay_binary():
    images, masks = batch()
    lit = Augmentation(**{**STILL.__dict__, "brightness": 0.5, "noise": 0.5, "contrast": 1.0, "gamma": 1.0})
    changed, _ = augment(images, masks, lit, 5)
    assert (changed[images == 0] == 0).all() and changed.min() >= 0 and changed.max() <= 255
    _, bent = augment(images, masks, Augmentation(), 5)
    assert set(bent.unique().tolist()) <= {0.0, 1.0} and bent.sum() > 0
