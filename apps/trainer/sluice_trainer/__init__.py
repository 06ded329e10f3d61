"""Trains Sluice's models: data -> CNN and SVM -> ONNX, metrics and model card. Research use, not a medical device."""
