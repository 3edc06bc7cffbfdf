#!/usr/bin/env bash
# Runs a TaskManager: taskmanager.sh [-Dkey=value …]
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
run taskmanager "$@"
