# The page in a container. docs/hosting.md explains how to build and run it.
FROM python:3.12-slim

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY app.py requirements.txt ./
COPY .streamlit/config.toml .streamlit/
COPY pose_demo pose_demo/
COPY deploy/healthcheck.py deploy/
RUN python -m compileall -q pose_demo

# The models of the image, which is built without npm: over https from the addresses in the manifest. Empty: none, then
# the page fetches a model when it is first selected.
ARG MODELS="movenet-lightning movenet-thunder movenet-multipose blazepose-lite blazepose-full selfie-segmentation hand-landmark-lite face-landmark"
ENV POSE_DEMO_MODELS=/models
RUN mkdir /models && if [ -n "$MODELS" ]; then python -m pose_demo models fetch $MODELS; fi && chown -R 10001 /models

# The page writes to /tmp (recordings, uploaded videos) and /models only: the rest may be mounted read-only.
ENV HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0"]
