#!/usr/bin/env bash
# Runs the JobManager of a session cluster: jobmanager.sh [-Dkey=value …]
# It stays in the foreground and ends with the process; so does taskmanager.sh.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
run jobmanager "$@"
