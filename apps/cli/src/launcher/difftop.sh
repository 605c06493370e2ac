#!/bin/sh
# Starts difftop from its distribution: bin/ (this file), lib/ (its modules), plugins/.
#
# JAVA_HOME        the Java to use; otherwise the one on the PATH. 17 or newer.
# DIFFTOP_OPTS     further options for the JVM, such as -Xmx8g.
# DIFFTOP_PLUGINS  the folder of plugins; otherwise plugins/ of the distribution.
# DIFFTOP_CLASSPATH  jars with executors of sweeps that are no modules, as launcher-spark.
set -u

fail() {
  echo "difftop: $1" >&2
  exit 2
}

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] ||
    fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java; expected a JDK 17 or newer"
else
  java=$(command -v java) || fail "found no java; install a JDK 17 or newer, or set JAVA_HOME"
fi

# A JDK states its version in the file "release": reading it is faster than starting a JVM.
release=$(dirname "$(dirname "$(readlink -f "$java")")")/release
version=
if [ -r "$release" ]; then
  version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$release")
fi
if [ -z "$version" ]; then
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
fi
major=${version%%[!0-9]*}
[ -n "$major" ] || fail "cannot tell the version of $java; expected Java 17 or newer"
[ "$major" -ge 17 ] || fail "$java is Java $version, expected 17 or newer; set JAVA_HOME"

# What builds difftop asks this first.
if [ "${1:-}" = --check-java ]; then
  exit 0
fi

home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
[ -d "$home/lib" ] || fail "there is no folder $home/lib: the installation is not complete"

# From 24 on, Java warns of native access and of sun.misc.Unsafe unless they are allowed.
allowed=
if [ "$major" -ge 24 ]; then
  allowed="--enable-native-access=org.bytedeco.javacpp,org.bytedeco.openblas,org.bytedeco.dnnl,org.bytedeco.opencl,org.bytedeco.hdf5"
  allowed="$allowed,org.nd4j,dev.difftop.mujoco.preset --sun-misc-unsafe-memory-access=allow"
fi

# Java takes the characters of file names from the locale. Where none is set (containers, cron), or
# one that is not installed, that is ASCII, and no path with any other letter could be opened.
if command -v locale >/dev/null; then
  if [ "$(locale charmap 2>/dev/null)" = ANSI_X3.4-1968 ]; then
    for utf8 in C.UTF-8 C.utf8 en_US.UTF-8 en_US.utf8; do
      if [ "$(LC_ALL=$utf8 locale charmap 2>/dev/null)" = UTF-8 ]; then
        export LC_ALL=$utf8
        break
      fi
    done
  fi
elif [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then
  export LC_ALL=C.UTF-8
fi

# A bar can be drawn over on a terminal only.
terminal=false
if [ -t 2 ]; then terminal=true; fi

if [ -n "${DIFFTOP_CLASSPATH:-}" ]; then
  set -- -cp "$DIFFTOP_CLASSPATH" -m dev.difftop.app.cli/dev.difftop.app.cli.Main "$@"
else
  set -- -m dev.difftop.app.cli/dev.difftop.app.cli.Main "$@"
fi

# NewRatio: what is short-lived would fill a third of the heap before it is collected.
# ALL-DEFAULT: a plugin may need any module of Java. DIFFTOP_OPTS come last, so that they win.
# shellcheck disable=SC2086
exec "$java" -Xmx4g -XX:+UseParallelGC -XX:NewRatio=15 -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
  -Dguice_bytecode_gen_option=DISABLED -Ddifftop.terminal=$terminal \
  -Ddifftop.plugins="${DIFFTOP_PLUGINS:-$home/plugins}" -Ddifftop.launcher="$home/bin/difftop" \
  $allowed --add-modules ALL-DEFAULT ${DIFFTOP_OPTS:-} \
  -p "$home/lib" "$@"
