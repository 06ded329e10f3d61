# syntax=docker/dockerfile:1
# The trainer, for a Job: `docker build -f deploy/docker/trainer.Dockerfile --build-arg TORCH_IMAGE=... -t sluice/trainer .`
# TORCH_IMAGE with its digest: one that has Python 3.11 or newer and torch 2 (pytorch/pytorch:2.8.0-cuda12.6-cudnn9-runtime). Data are mounted read-only, the
# model's folder writable; research use, not a medical device.
ARG TORCH_IMAGE
FROM ${TORCH_IMAGE}
WORKDIR /app
COPY apps/trainer/requirements.txt ./
RUN python -m pip install --no-cache-dir --requirement requirements.txt
COPY --chown=0:0 apps/trainer/sluice_trainer ./sluice_trainer
COPY --chown=0:0 apps/trainer/recipes ./recipes
USER 65532:65532
ENV PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
ENTRYPOINT ["python", "-m", "sluice_trainer"]
