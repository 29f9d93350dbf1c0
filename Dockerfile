# The service as an image: `docker build -t identity-graph .`, or by way of docker-compose.yml.

FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
# Dependencies first: they change more rarely than the code, and stay cached.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --extra neo4j-rust --no-install-project
COPY identity identity
COPY cypher cypher
RUN uv sync --locked --no-dev --extra neo4j-rust --no-editable

FROM python:3.11-slim-bookworm
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /app/.venv /app/.venv
# Style and guide for the Neo4j Browser, and what serves them.
COPY browser /srv/browser
COPY tools/browser_content.py /srv/tools/browser_content.py
COPY --chmod=755 deploy/entrypoint.sh /usr/local/bin/entrypoint
# A number, so that a cluster can check that it is not root.
USER 10001:10001
WORKDIR /project
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["entrypoint"]
CMD ["identity", "serve", "--project", "/project", "--host", "0.0.0.0", "--port", "8080"]
