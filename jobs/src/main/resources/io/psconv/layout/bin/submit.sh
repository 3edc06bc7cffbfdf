#!/usr/bin/env bash
# Submits the job to a session cluster: submit.sh [-s SAVEPOINT] [-p PARALLELISM] [--] [-Djob.option=value …]
# Options of the job that conf/job.properties has need not be given. -m HOST:PORT names another
# JobManager than that of config.yaml.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
flink=()
while [ $# -gt 0 ]; do
    case $1 in
        -s | -p | -m)
            [ $# -ge 2 ] || fail "$1 needs a value"
            flink+=("$1" "$2")
            shift 2
            ;;
        --)
            shift
            break
            ;;
        *) break ;;
    esac
done
job_arguments "$@"
for jar in "$FLINK_HOME"/usrlib/*.jar; do
    [ -f "$jar" ] || fail "there is no job in '$FLINK_HOME/usrlib'; lay the folder out again"
done
client run -d ${flink[@]+"${flink[@]}"} -c io.psconv.job.ClassifyJob "$jar" "${arguments[@]}"
