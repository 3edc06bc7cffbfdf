#!/usr/bin/env bash
# Runs a JobManager and in it the one job of usrlib/:
#   standalone-job.sh [-Dkey=value …] [--fromSavepoint PATH …] [-- -Djob.option=value …]
# What stands before -- is Flink's, what stands behind it the job's; options of the job that
# conf/job.properties has need not be given.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
flink=()
named=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
        -j | --job-classname) named=yes ;;
    esac
    flink+=("$1")
    shift
done
[ $# -eq 0 ] || shift
[ -n "$named" ] || flink+=(--job-classname io.psconv.job.ClassifyJob)
job_arguments "$@"
run standalone-job "${flink[@]}" -- "${arguments[@]}"
