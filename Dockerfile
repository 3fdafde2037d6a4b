# The desk in a container: `creditdesk run` as a user without rights, all data below /data.
# docs/operators.md says how to start it, and what of this was tried.

FROM python:3.11-slim AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/creditdesk
ENV PATH=/opt/creditdesk/bin:$PATH
WORKDIR /source
# First what seldom changes: a new version of the desk alone then downloads nothing.
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY classifiers classifiers
COPY templates templates
COPY config config
RUN pip wheel --no-deps --no-index --no-build-isolation --wheel-dir /wheels . \
    && pip install --no-deps --no-index /wheels/creditdesk-*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin creditdesk \
    && install --directory --owner creditdesk --group creditdesk --mode 0750 /data
COPY --from=builder /opt/creditdesk /opt/creditdesk
ENV PATH=/opt/creditdesk/bin:$PATH \
    CREDITDESK_CONFIG=/data/config \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# 503 is an error to urlopen, so the probe fails where the store cannot be read.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
# Without a shell between, so that SIGTERM reaches the desk and it ends what it is doing.
ENTRYPOINT ["creditdesk"]
CMD ["run", "--host", "0.0.0.0", "--port", "8080"]
