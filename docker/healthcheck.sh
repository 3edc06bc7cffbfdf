#!/usr/bin/env bash
# Whether the container's process answers: a TaskManager at its RPC port, a JobManager at its REST
# port with as many TaskManagers as it likes. For PID 1 of a container, or the process $1.
set -euo pipefail

rest=${PSCONV_REST_PORT:-8081}
rpc=${PSCONV_RPC_PORT:-6122}
command=$(tr '\0' ' ' < "/proc/${1:-1}/cmdline")

case $command in
    *TaskManagerRunner*) exec 3<> "/dev/tcp/127.0.0.1/$rpc" ;;
    *ClusterEntrypoint* | *ClusterEntryPoint*)
        exec 3<> "/dev/tcp/127.0.0.1/$rest"
        printf 'GET /overview HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
        read -r -t 4 status <&3
        case $status in
            'HTTP/1.'?' 200'*) ;;
            *)
                echo "GET /overview was answered by '${status%$'\r'}'" >&2
                exit 1
                ;;
        esac
        ;;
    *)
        echo "process ${1:-1} is neither a JobManager nor a TaskManager: $command" >&2
        exit 1
        ;;
esac
