#!/bin/sh
# Starts difftop from its distribution: bin/ (this file), lib/ (its modules), plugins/.
#
# JAVA_HOME        the Java to use; otherwise the one on the PATH. 17 or newer.
# DIFFTOP_OPTS     further options for the JVM, such as -Xmx8g.
# DIFFTOP_PLUGINS  the folder of plugins; otherwise plugins/ of the distribution.
set -u

fail() {
  echo "difftop: $1" >&2
  exit 2
}

# The folder above this file, whatever links lead here.
self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P)
[ -d "$home/lib" ] || fail "there is no folder $home/lib: the installation is not complete"

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java; expected a JDK 17 or newer"
else
  java=$(command -v java) || fail "found no java; install a JDK 17 or newer, or set JAVA_HOME"
fi

# "release" beside bin/ names the version without starting a JVM; not every vendor has it.
root=$(dirname "$(dirname "$(readlink -f "$java")")")
version=
if [ -r "$root/release" ]; then
  version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$root/release")
fi
if [ -z "$version" ]; then
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
fi
major=${version%%[!0-9]*}
[ -n "$major" ] || fail "cannot tell the version of $java; expected Java 17 or newer"
[ "$major" -ge 17 ] || fail "$java is Java $version, expected 17 or newer; set JAVA_HOME"

# From 24 on, Java warns of native access and of sun.misc.Unsafe unless they are allowed.
natives=org.bytedeco.javacpp,org.bytedeco.openblas,org.bytedeco.hdf5,org.nd4j,dev.difftop.mujoco.preset
allowed=
if [ "$major" -ge 24 ]; then
  allowed="--enable-native-access=$natives --sun-misc-unsafe-memory-access=allow"
fi

# ALL-DEFAULT: a plugin may need any module of Java. DIFFTOP_OPTS come last, so that they win.
# shellcheck disable=SC2086
exec "$java" -Xmx4g -XX:+UseParallelGC -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
  -Dguice_bytecode_gen_option=DISABLED \
  -Ddifftop.plugins="${DIFFTOP_PLUGINS:-$home/plugins}" \
  $allowed --add-modules ALL-DEFAULT ${DIFFTOP_OPTS:-} \
  -p "$home/lib" -m dev.difftop.app.cli/dev.difftop.app.cli.Main "$@"
