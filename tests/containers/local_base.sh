#!/usr/bin/env bash
# Make a stand-in for the Dockerfile's base image where no image registry can be reached: Debian 12 with its own
# Python 3.11, and from this machine pip's certificates and the folder of wheels that pip looks in.
set -euo pipefail
engine=${1:?usage: local_base.sh ENGINE TAG}
tag=${2:?usage: local_base.sh ENGINE TAG}

pip_setting() {
    python3 -m pip config get ":env:.$1" 2>/dev/null || python3 -m pip config get "global.$1" 2>/dev/null || true
}

pip_conf=$(mktemp)
trap 'rm -f "$pip_conf"' EXIT
echo "[global]" >"$pip_conf"
chmod 644 "$pip_conf"
hooks=(--customize-hook="upload $pip_conf /etc/pip.conf")
for name in cert find-links; do
    path=$(pip_setting "$name")
    if [ -e "$path" ]; then
        echo "$name = $path" >>"$pip_conf"
        hooks+=(--customize-hook="mkdir -p \"\$1${path%/*}\"; cp -rL '$path' \"\$1${path%/*}\"")
    fi
done

mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3-venv "${hooks[@]}" bookworm - |
    "$engine" import - "$tag"
