#!/usr/bin/env bash
# Runs the psconv command of this folder, which psconv bundle wrote.
#
# PSCONV_JAVA_OPTS   more options of the JVM, for example -Xmx4g; separated by spaces
# JAVA_HOME          the Java to use, 17 or newer, with the module jdk.incubator.vector
set -euo pipefail

fail() {
    echo "psconv: $*" >&2
    exit 1
}

home=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is '$JAVA_HOME' but has no bin/java; point it at Java 17 or newer"
else
    java=$(command -v java) || fail "there is no java; install version 17 or newer, or set JAVA_HOME"
fi
line=$("$java" -version 2>&1 | grep -m 1 ' version "') || fail "'$java -version' says no version; set JAVA_HOME to Java 17 or newer"
line=${line#*\"}
version=${line%%[!0-9]*}
[ "$version" -ge 17 ] || fail "'$java' is of version ${line%%\"*} but it must be 17 or newer; set JAVA_HOME"

options=(-XX:MaxRAMPercentage=50 --add-modules=jdk.incubator.vector)
pages=/sys/kernel/mm/transparent_hugepage/enabled
if [ -r "$pages" ] && ! grep -q '\[never\]' "$pages"; then
    options+=(-XX:+UseTransparentHugePages)
fi
if [ "$version" -ge 24 ]; then
    options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
fi
# shellcheck disable=SC2206  # Several options in one variable.
options+=("-Dpsconv.home=$home" -Djava.awt.headless=true ${PSCONV_JAVA_OPTS:-})
export OPT_OUT_TRACKING=${OPT_OUT_TRACKING:-true} DJL_OFFLINE=true
export ORT_DISABLE_TELEMETRY=${ORT_DISABLE_TELEMETRY:-1}
exec "$java" "${options[@]}" -cp "$home/lib/*" io.psconv.cli.Psconv "$@"
