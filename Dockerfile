# docker build --build-arg KIND=cpu --tag smoot .       (KIND=cuda, the default, for GPUs)
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/project" smoot snakemake      (--gpus all for GPUs)
FROM python:3.11-slim-bookworm

ARG KIND=cuda
# git for DVC and for the report's provenance; the libraries for OpenCV, which Quantus imports.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.lock workflow/image.sh /build/
RUN sh /build/image.sh "$KIND" /build/requirements.lock

# What is imported is the project's code, and caches must be writable for any user.
ENV PYTHONPATH=/project HOME=/tmp PYTHONDONTWRITEBYTECODE=1
RUN git config --system --add safe.directory /project
WORKDIR /project
CMD ["snakemake"]
