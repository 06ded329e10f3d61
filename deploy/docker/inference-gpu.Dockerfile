# syntax=docker/dockerfile:1
# Inference on an NVIDIA GPU: `docker build -f deploy/docker/inference-gpu.Dockerfile --build-arg BUILD_IMAGE=... --build-arg RUN_IMAGE=... -t sluice/inference-gpu .`
# Bases with their digest: BUILD_IMAGE node:24.21.0-bookworm-slim, RUN_IMAGE nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04 (CUDA 12 and
# cuDNN 9, what onnxruntime-node is built for). Runs with INFERENCE_DEVICE=cuda and a GPU given to the container.
ARG BUILD_IMAGE
ARG RUN_IMAGE

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY . .
RUN npm run build
# The package holds the processor's library alone; its own script fetches the CUDA one (NuGet) that belongs to its version.
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node_modules/node/bin/node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12 \
 && node deploy/docker/prune.mjs inference /out \
 && cp node_modules/node/bin/node /out/node

FROM ${RUN_IMAGE}
WORKDIR /app
COPY --from=build --chown=0:0 /out /app
USER 65532:65532
ENV NODE_ENV=production TMPDIR=/tmp INFERENCE_DEVICE=cuda
EXPOSE 8080
ENTRYPOINT ["/app/node", "/app/dist/main.js"]
