# The service in one image: docker build -t quotetrace . && docker run -p 127.0.0.1:8000:8000 -v quotetrace:/data quotetrace
FROM python:3.12-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1

RUN python -m venv /opt/quotetrace
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY attribution ./attribution
COPY api ./api
COPY seeds ./seeds
RUN /opt/quotetrace/bin/pip install --no-cache-dir ".[postgres]"

FROM python:3.12-slim-bookworm

# The sources stay behind in the first stage; what runs is the installed package alone.
COPY --from=build /opt/quotetrace /opt/quotetrace

RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin quotetrace \
    && install --directory --owner=quotetrace --group=quotetrace /data

ENV PATH=/opt/quotetrace/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/quotetrace.sqlite

USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000

# Ready means: the database answers, its tables are this version's, and an engine is warm.
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]

ENTRYPOINT ["quotetrace"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
