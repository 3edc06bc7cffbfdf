#!/usr/bin/env bash
# Flink's own client: flink.sh list, flink.sh stop --savepointPath DIR JOB, flink.sh cancel JOB …
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
client "$@"
