#!/bin/sh
# Puts the MuJoCo that the preset is built against into one fixed place, whatever its origin:
#
#   TARGET/mujoco/include/mujoco/*.h
#   TARGET/mujoco/lib/libmujoco.so* and the libraries it needs that no basic system has
#   TARGET/mujoco/licences/*
#   TARGET/mujoco/origin           the folder asked for, then where it came from
#
# Looked for in this order: the configured folder, the system, Debian's packages (installed if we
# are root, else downloaded and unpacked below TARGET).
#
# usage: mujoco.sh TARGET [FOLDER]     FOLDER: an unpacked MuJoCo; default $MUJOCO_DIR
set -eu

wanted=2.2.2
wanted_header=222
packages="libmujoco-dev libmujoco2.2.2 libccd2 liblodepng0 libqhull-r8.0 libtinyxml2-9"
gl_packages="libegl1 libegl-mesa0 libgl1-mesa-dri"
companions="libccd.so.2 liblodepng.so.0 libqhull_r.so.8.0 libtinyxml2.so.9"

target=$1
folder=${2:-${MUJOCO_DIR:-}}
home=$target/mujoco
unpacked=$target/mujoco-packages

say() { echo "MuJoCo set-up: $*"; }

fail() {
  echo "MuJoCo set-up failed: $1" >&2
  shift
  for line in "$@"; do echo "  $line" >&2; done
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }
has_debian_packages() { has apt-get && has apt-cache && has dpkg; }

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >"$target/apt.log" 2>&1
}

# Package lists may be missing or out of date: then refresh them once.
install_as_root() {
  install_packages "$@" && return 0
  apt-get update >>"$target/apt.log" 2>&1 || true
  install_packages "$@"
}

need_compiler() {
  has g++ && return 0
  if is_root && has_debian_packages; then
    say "installing g++"
    install_as_root g++ && has g++ && return 0
  fi
  fail "no C++ compiler: the command g++ was not found" \
    "It compiles the bridge between Java and MuJoCo. Install it, then build again:" \
    "Debian, Ubuntu:  sudo apt-get install g++" \
    "Fedora:          sudo dnf install gcc-c++"
}

# Rendering needs an OpenGL library when it runs, not to build: try, and go on without.
want_gl() {
  if has ldconfig || [ -x /sbin/ldconfig ]; then
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'libEGL_mesa\.so\.0\|libOSMesa\.so\|libEGL_nvidia\.so' && return 0
  fi
  if is_root && has_debian_packages; then
    say "installing $gl_packages (rendering)"
    install_as_root $gl_packages && return 0
  fi
  say "no OpenGL library for rendering without a display was found; everything else works. To render: sudo apt-get install $gl_packages"
}

header_version() { sed -n 's/^#define mjVERSION_HEADER *\([0-9]*\).*/\1/p' "$1/mujoco.h"; }

# Prints "INCLUDE LIBRARY" of the MuJoCo below a folder: a release's, /usr's or an unpacked package's.
locate() {
  for include in "$1/include/mujoco" "$1/usr/include/mujoco" "$1/include"; do
    [ -f "$include/mujoco.h" ] || continue
    for library in "$1"/lib/libmujoco.so.$wanted "$1"/lib/*/libmujoco.so.$wanted \
      "$1"/usr/lib/libmujoco.so.$wanted "$1"/usr/lib/*/libmujoco.so.$wanted; do
      [ -f "$library" ] || continue
      [ "$(header_version "$include")" = $wanted_header ] || continue
      echo "$include $library"
      return 0
    done
  done
  return 1
}

# Stops with what would have to change for the version of MuJoCo below a folder, if it is another one.
refuse_other_version() {
  for include in "$1/include/mujoco" "$1/usr/include/mujoco" "$1/include"; do
    [ -f "$include/mujoco.h" ] || continue
    found_header=$(header_version "$include")
    [ "$found_header" != $wanted_header ] || continue
    fail "the configured folder $1 holds MuJoCo with header version ${found_header:-unknown}; difftop's native part is written for $wanted_header ($wanted)" \
      "Not supported in later versions, as tried with the headers of 3.14.0: the native part reads model fields through MJMODEL_INTS and" \
      "MJOPTION_SCALARS (there MJMODEL_SIZES and MJOPTION_FIELDS) and leaves out mjWARN_VGEOMFULL, which is gone; sizes have 64 bits" \
      "(mjtSize), in Java long; the virtual file system is opaque (mj_addBufferVFS); error functions take variable arguments." \
      "Give the folder of version $wanted, or leave -Dmujoco.dir and MUJOCO_DIR out."
  done
}

# Copies a library that libmujoco needs; a release of MuJoCo has them inside.
adopt_companion() {
  resolved=$(LD_LIBRARY_PATH="$(dirname "$2"):${LD_LIBRARY_PATH:-}" ldd "$2" | sed -n "s|^[[:space:]]*$1 => \(/[^ ]*\).*|\1|p")
  if [ -n "$resolved" ]; then
    cp -L "$resolved" "$home/lib/$1"
  elif LC_ALL=C ldd "$2" | grep -q "$1 => not found"; then
    fail "$2 needs $1, which was not found" "Install the Debian package it belongs to (one of: $packages)."
  fi
}

adopt_licences() {
  for package in libmujoco2.2.2 libccd2 liblodepng0 libqhull-r8.0 libtinyxml2-9; do
    for root in "$folder" "$unpacked" ""; do
      notice=$root/usr/share/doc/$package/copyright
      if [ -f "$notice" ]; then
        cp -L "$notice" "$home/licences/$package.txt"
        break
      fi
    done
  done
  [ -z "$folder" ] || for notice in "$folder"/LICENSE* "$folder"/THIRD_PARTY*; do
    [ ! -f "$notice" ] || cp -L "$notice" "$home/licences/"
  done
}

adopt() {
  include=${1% *}
  library=${1#* }
  rm -rf "$home"
  mkdir -p "$home/include/mujoco" "$home/lib" "$home/licences"
  cp -L "$include"/mj*.h "$include"/mujoco.h "$home/include/mujoco/"
  cp -L "$library" "$home/lib/libmujoco.so.$wanted"
  ln -s libmujoco.so.$wanted "$home/lib/libmujoco.so"
  for companion in $companions; do adopt_companion "$companion" "$library"; done
  adopt_licences
  printf '%s\n%s\n' "$folder" "$2" >"$home/origin"
  say "MuJoCo $wanted from $2"
}

download_packages() {
  mkdir -p "$unpacked/download" "$target/apt/lists/partial" "$target/apt/cache/archives/partial"
  cd "$unpacked/download"
  if ! apt-get download $packages >"$target/apt.log" 2>&1; then
    # No package lists on this machine that we may use: fetch our own.
    own="-o Dir::State::lists=$target/apt/lists -o Dir::Cache=$target/apt/cache"
    apt-get $own update >>"$target/apt.log" 2>&1 || return 1
    apt-get $own download $packages >>"$target/apt.log" 2>&1 || return 1
  fi
  for package in *.deb; do dpkg -x "$package" "$unpacked" >>"$target/apt.log" 2>&1 || return 1; done
  cd - >/dev/null
}

instructions() {
  fail "$1" \
    "Either install it, on Debian 12:  sudo apt-get install libmujoco-dev" \
    "or unpack the release $wanted for Linux from https://github.com/google-deepmind/mujoco/releases" \
    "and say where it is:  mvn -Dmujoco.dir=/where/it/is verify   (or set MUJOCO_DIR)"
}

find_mujoco() {
  if [ -n "$folder" ]; then
    [ -d "$folder" ] || fail "the configured folder $folder does not exist" "It comes from -Dmujoco.dir or MUJOCO_DIR."
    found=$(locate "$folder") || refuse_other_version "$folder"
    [ -n "$found" ] || fail "the configured folder $folder holds no MuJoCo $wanted" \
      "Expected include/mujoco/mujoco.h of version $wanted_header and lib/libmujoco.so.$wanted in it." \
      "Other versions are not supported: give the folder of version $wanted, or leave -Dmujoco.dir and MUJOCO_DIR out."
    adopt "$found" "$folder"
    return
  fi
  for root in /usr/local /usr; do
    if found=$(locate "$root"); then
      adopt "$found" "the system ($root)"
      return
    fi
  done
  has_debian_packages || instructions "MuJoCo $wanted was not found on this system, and there is no apt-get to fetch it with"
  if is_root; then
    say "installing libmujoco-dev"
    if install_as_root libmujoco-dev && found=$(locate /usr); then
      adopt "$found" "Debian's packages, installed"
      return
    fi
  fi
  say "fetching Debian's packages into $unpacked"
  if download_packages && found=$(locate "$unpacked"); then
    adopt "$found" "Debian's packages, unpacked"
    return
  fi
  tail -n 5 "$target/apt.log" >&2
  instructions "apt-get did not give libmujoco-dev $wanted (its output is in $target/apt.log)"
}

# Nothing to do if what is there was found for the same request.
is_settled() {
  [ -f "$home/origin" ] && [ -f "$home/lib/libmujoco.so" ] && [ "$(sed -n 1p "$home/origin")" = "$folder" ]
}

[ "$(uname -s)" = Linux ] || fail "this system is $(uname -s); the native parts are built for Linux" \
  "Build on Linux (Debian 12 needs nothing prepared), for example in a container or a virtual machine."
mkdir -p "$target"
target=$(cd "$target" && pwd)
home=$target/mujoco
unpacked=$target/mujoco-packages
need_compiler
if ! is_settled; then
  find_mujoco
  want_gl
fi
