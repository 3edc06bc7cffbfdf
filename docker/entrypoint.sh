#!/usr/bin/env bash
# What the image runs: jobmanager, taskmanager or standalone-job with arguments of their scripts in
# /opt/psconv/bin, or any other command. Flink's Kubernetes operator calls it the same way.
set -euo pipefail

home=${PSCONV_HOME:-/opt/psconv}
# Where that operator mounts its own config.yaml; usrlib it hides there, but not here.
mounted=${PSCONV_MOUNTED_CONF:-/opt/flink/conf}
if [ -z "${FLINK_CONF_DIR:-}" ] && [ -f "$mounted/config.yaml" ]; then
    export FLINK_CONF_DIR=$mounted
fi

case ${1:-help} in
    jobmanager | standalone-job)
        kind=$1
        shift
        exec "$home/bin/$kind.sh" "$@"
        ;;
    taskmanager)
        shift
        # A port that the health check knows; a later one of the arguments goes before it.
        exec "$home/bin/taskmanager.sh" -Dtaskmanager.rpc.port=6122 "$@"
        ;;
    help)
        echo "usage: (jobmanager | standalone-job | taskmanager) [-Dkey=value …] [-- -Djob.option=value …]"
        ;;
    *)
        exec "$@"
        ;;
esac
