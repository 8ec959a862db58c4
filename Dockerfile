# An image of the whole program with its weights; see docs/operating.md. Untried: no container engine was at hand.
FROM python:3.11-slim-trixie

ENV PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CANVASS_MONITOR_DATA=/data \
    CANVASS_MONITOR_MODEL_CACHE=/opt/canvass-monitor/models

# pg_dump and pg_restore, for `backup` and `restore`: Debian's are of PostgreSQL 17, as the server of compose.yaml is.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/canvass-monitor/source
# A CPU build of torch is a gigabyte smaller: name PyTorch's CPU index by --build-arg, see the README.
ARG PIP_EXTRA_INDEX_URL
COPY constraints.txt ./
RUN pip install --constraint constraints.txt torch==2.13.0
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY sample_calls sample_calls
COPY app app
RUN pip install --constraint constraints.txt . && canvass-monitor models fetch

RUN useradd --system --uid 10001 --home-dir /data canvass-monitor && install -d -o canvass-monitor -m 0700 /data
USER canvass-monitor
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["canvass-monitor"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
