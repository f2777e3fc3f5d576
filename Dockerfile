# The service: web, worker, scheduler and setup are this image with another command.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt requirements-build.txt ./
RUN python3 -m venv /srv/service \
 && /srv/service/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt \
 && python3 -m venv /srv/builder \
 && /srv/builder/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY review_service review_service
COPY templates templates
COPY workers workers
RUN /srv/builder/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /srv/wheel . \
 && /srv/service/bin/pip install --no-cache-dir --no-deps --no-index /srv/wheel/*.whl \
 && /srv/service/bin/pip check

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 tesseract-ocr tesseract-ocr-spa \
 && rm -rf /var/lib/apt/lists/*
# A fresh volume takes its owner from the folder it is mounted on: these belong to the service.
RUN groupadd --gid 10001 review \
 && useradd --uid 10001 --gid review --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin review \
 && install -d -o review -g review -m 0750 /var/lib/review-service /var/lib/review-service/signing /var/lib/review-service/photo-index /var/lib/review-service/audit \
 && install -d -o review -g review -m 0755 /secrets /secrets/app /secrets/queue /secrets/service /secrets/seal /secrets/database /secrets/store /volume
COPY --from=build /srv/service /srv/service
COPY docker/make-secrets /usr/local/bin/make-secrets
# One thread per page: on two cores Tesseract is then seven times faster.
ENV PATH=/srv/service/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OMP_THREAD_LIMIT=1
USER review
WORKDIR /var/lib/review-service
EXPOSE 8000
CMD ["review-service", "web"]
