#!/usr/bin/env bash
# Build the image bulk2cell:<version> and try it; the same as a .sif where Apptainer or Singularity is installed.
# From the environment: TORCH_INDEX_URL (which torch, see docs/containers.md), BASE (another base image),
# ENGINE (docker or podman), BUILD_OPTIONS (more options of the engine's build).
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' python/pyproject.toml)
image=bulk2cell:$version
export ENGINE=${ENGINE:-$(command -v docker || command -v podman)}

# shellcheck disable=SC2086
"$ENGINE" build --file containers/Dockerfile --tag "$image" ${BASE:+--build-arg BASE="$BASE"} \
    --build-arg TORCH_INDEX_URL="${TORCH_INDEX_URL:-}" \
    --build-arg VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD)" ${BUILD_OPTIONS:-} .
containers/smoke_test.sh "$image"

if apptainer=$(command -v apptainer || command -v singularity); then
    archive=$(mktemp --suffix .tar)
    trap 'rm -f "$archive"' EXIT
    "$ENGINE" save --output "$archive" "$image"
    sif=containers/bulk2cell-$version.sif
    "$apptainer" build --force --build-arg archive="$archive" "$sif" containers/bulk2cell.def
    containers/smoke_test.sh "$sif"
fi
