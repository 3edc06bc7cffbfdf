#!/usr/bin/env bash
# Checks the CUDA engine on this machine: driver and devices, agreement with the JVM engine, speed
# beside PyTorch's where a Python has it, NVML, a demo run. Prints one table and writes it as JSON.
#
#   tests/gpu/check.sh [--quick] [--json FILE]      in the project's tree, which Maven builds
#   ./psconv bundle --to DIR                        makes a folder to copy to a machine that has
#   DIR/check.sh [--quick] [--json FILE]            only a driver and a Java runtime
#
# PSCONV_PYTHON names a Python with PyTorch, python3 if it is not set.
#
# Ends with 0 if all that must hold does, with 1 if not, and with 3 where there is no device.
set -euo pipefail

here=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
if [ -x "$here/psconv" ]; then
    psconv=$here/psconv
else
    psconv=$here/../../psconv
fi

# The last one counts.
json=("--json" gpu-check.json)
for argument in "$@"; do
    case $argument in
        --json | --json=*) json=() ;;
    esac
done

status=0
"$psconv" gpu-check ${json[@]+"${json[@]}"} "$@" || status=$?
if [ "$status" -eq 3 ]; then
    echo "check.sh: no CUDA device was found, so nothing was checked; see the line above" >&2
fi
exit "$status"
