# The image of every part: what it does is its command (`worker`, `api`, `dashboard`, `init`, …).
#   docker build -t steelyard:0.1.0 .
# Where packages and base images come from is the business of whoever builds: give pip's settings as a build secret or by PIP_… arguments.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY lock/requirements.txt lock/requirements-build.txt lock/
RUN python -m venv /opt/steelyard \
 && /opt/steelyard/bin/pip install --no-cache-dir --no-deps --require-hashes -r lock/requirements.txt -r lock/requirements-build.txt
COPY pyproject.toml README.md LICENSE rules.yaml ./
COPY docs/rules/problems docs/rules/problems
COPY monitor monitor
COPY dashboard dashboard
RUN /opt/steelyard/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM ${BASE}
RUN groupadd --gid 10001 steelyard && useradd --uid 10001 --gid 10001 --home-dir /data --create-home steelyard
COPY --from=build /opt/steelyard /opt/steelyard
COPY rules.yaml /config/rules.yaml
ENV PATH=/opt/steelyard/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STEELYARD_DATA=/data \
    STEELYARD_RULES=/config/rules.yaml \
    STEELYARD_CACHE=/data/cache \
    STEELYARD_LOG=json \
    STEELYARD_API_HOST=0.0.0.0 \
    STEELYARD_DASHBOARD_HOST=0.0.0.0 \
    STEELYARD_METRICS_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8400 8401 8410
STOPSIGNAL SIGTERM
ENTRYPOINT ["monitor"]
CMD ["up"]
