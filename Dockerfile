# One image for every part of the stack: the pipeline, Airflow, the sample newsroom. The language model is a package and so inside.
# tests/test_compose.py runs the RUN steps of the first stage in a clean environment (`make soak`).
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /src
# what it needs first, every file by its hash: a change of code builds in seconds
COPY deploy/requirements.txt deploy/
RUN python -m venv /opt/venv
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement deploy/requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE counterclaim.py ./
COPY schemas schemas
COPY spiders spiders
COPY processing processing
COPY console console
COPY demo demo
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .
RUN /opt/venv/bin/python -m pip check
RUN find /opt/venv -depth -type d -name tests -path '*site-packages*' ! -path '*/numpy/*' ! -path '*/airflow/*' -exec rm -rf {} +
RUN /opt/venv/bin/python -P -c "from processing.claims import read_text; assert read_text('Police said 12 people were killed.', file='-').claims"

FROM python:3.11.13-slim-bookworm
LABEL org.opencontainers.image.title="counterclaim" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 50000 counterclaim && useradd --uid 50000 --gid 50000 --no-create-home --home-dir /srv/counterclaim counterclaim \
 && install -d -o counterclaim -g counterclaim /srv/counterclaim /srv/counterclaim/home /srv/counterclaim/newsroom /srv/airflow /srv/airflow/logs /srv/airflow/auth
COPY --from=build /opt/venv /opt/venv
COPY dags /opt/counterclaim/dags
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 COUNTERCLAIM_HOME=/srv/counterclaim/home AIRFLOW_HOME=/srv/airflow
USER counterclaim
WORKDIR /srv/counterclaim
# can the store be opened and counted? Services of the stack have checks of their own
HEALTHCHECK --interval=60s --timeout=30s --start-period=60s CMD ["counterclaim", "metrics"]
CMD ["counterclaim", "--help"]
