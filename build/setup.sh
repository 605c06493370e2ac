#!/bin/sh
# Installs what the build needs and a fresh Debian 12 lacks: a JDK, Maven, a C++ compiler. MuJoCo and
# the OpenGL libraries are found or fetched by the build itself (env-mujoco-preset/src/setup).
set -eu

missing=
command -v javac >/dev/null 2>&1 || missing="$missing openjdk-17-jdk-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"
command -v g++ >/dev/null 2>&1 || missing="$missing g++"
if [ -z "$missing" ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "setup: install these with your system's package manager, then try again:$missing" >&2
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "setup: as root, run: apt-get install$missing" >&2
  exit 2
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
