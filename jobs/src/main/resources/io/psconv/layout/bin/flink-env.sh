# Read by the other scripts: where everything lies, and how a process of the cluster is started.
#
# JAVA_HOME         the Java to use, 17 or newer; otherwise the java of the path
# FLINK_CONF_DIR    folder of config.yaml; conf beside this folder if not set
# FLINK_PROPERTIES  lines "key: value" that replace settings of config.yaml
set -euo pipefail

FLINK_HOME=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
FLINK_CONF_DIR=${FLINK_CONF_DIR:-$FLINK_HOME/conf}
export FLINK_HOME FLINK_CONF_DIR
# glibc makes eight pools of native memory a core and gives back little of what is freed in each.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
export FLINK_LIB_DIR=$FLINK_HOME/lib FLINK_PLUGINS_DIR=$FLINK_HOME/plugins

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is '$JAVA_HOME' but has no bin/java; point it at Java 17 or newer"
else
    java=$(command -v java) || fail "there is no java; install version 17 or newer, or set JAVA_HOME"
fi
[ -f "$FLINK_CONF_DIR/config.yaml" ] || fail "there is no '$FLINK_CONF_DIR/config.yaml'; set FLINK_CONF_DIR to its folder"

class_path="$FLINK_HOME/bin/psconv-launch.jar:$FLINK_HOME/lib/*"

# FLINK_PROPERTIES as Flink takes them: -Dkey=value.
properties=()
while IFS= read -r line; do
    case $line in
        *': '*) properties+=("-D${line%%: *}=${line#*: }") ;;
        '' | '#'*) ;;
        *) fail "a line of FLINK_PROPERTIES was '${line%%[:=]*}...' but it must be 'key: value'" ;;
    esac
done <<< "${FLINK_PROPERTIES:-}"

# Dense peers, where they are in lib/: nothing is fetched or reported, natives are unpacked here.
# PyTorch loses up to 40 % at large batches where malloc gives every tensor back to the system.
if compgen -G "$FLINK_HOME/lib/pytorch-*" > /dev/null; then
    export DJL_OFFLINE=true OPT_OUT_TRACKING=${OPT_OUT_TRACKING:-true}
    export DJL_CACHE_DIR=${DJL_CACHE_DIR:-${TMPDIR:-/tmp}/psconv-djl}
    export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-2000000000}
    export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-8000000000}
    export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}
fi
export ORT_DISABLE_TELEMETRY=${ORT_DISABLE_TELEMETRY:-1}

# The log configuration, by Flink's own names, in its folder or else in ours.
logging() {
    local folder
    for folder in "$FLINK_CONF_DIR" "$FLINK_HOME/conf"; do
        if [ -f "$folder/$1" ]; then
            log4j=("-Dlog4j2.configurationFile=$folder/$1")
            return
        fi
    done
    log4j=()
}

# Runs a process in place of this script: run KIND ARGUMENT …. Of the arguments before --, those like
# -Dkey=value are settings of Flink's.
run() {
    local kind=$1
    shift
    local flink=() dynamic=(${properties[@]+"${properties[@]}"})
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        case $1 in
            -D?*=*) dynamic+=("$1") ;;
            *) flink+=("$1") ;;
        esac
        shift
    done
    local said command
    said=$("$java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$class_path" \
        io.psconv.launch.CommandLine "$kind" "$FLINK_CONF_DIR" ${dynamic[@]+"${dynamic[@]}"}) \
        || fail "the command line of the $kind cannot be worked out, see above"
    mapfile -t command <<< "$said"
    command+=(${dynamic[@]+"${dynamic[@]}"} ${flink[@]+"${flink[@]}"})
    logging log4j-console.properties
    exec "$java" ${log4j[@]+"${log4j[@]}"} -Djava.awt.headless=true -cp "$class_path" "${command[@]}" "$@"
}

# Runs Flink's client: client ACTION ARGUMENT …
client() {
    [ $# -gt 0 ] || set -- --help
    local said command action=$1
    shift
    said=$("$java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$class_path" \
        io.psconv.launch.CommandLine client "$FLINK_CONF_DIR") \
        || fail "the command line of the client cannot be worked out, see above"
    mapfile -t command <<< "$said"
    logging log4j-cli.properties
    exec "$java" -Xmx512m ${log4j[@]+"${log4j[@]}"} -cp "$class_path" "${command[@]}" "$action" \
        ${properties[@]+"${properties[@]}"} "$@"
}

# The command line of a part of Flink SQL, in sql_command: sql_command CLASS HEAP
sql_command() {
    local said
    compgen -G "$FLINK_HOME/opt/flink-sql-*.jar" > /dev/null \
        || fail "there is no Flink SQL in '$FLINK_HOME/opt'; lay the folder out with --with sql"
    said=$("$java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$class_path" \
        io.psconv.launch.CommandLine client "$FLINK_CONF_DIR") \
        || fail "the command line of the client cannot be worked out, see above"
    mapfile -t command <<< "$said"
    # The flags are those of the client; its class comes last.
    unset 'command[${#command[@]}-1]'
    logging log4j-cli.properties
    sql_command=("$java" "-Xmx$2" ${log4j[@]+"${log4j[@]}"} -cp "$class_path:$FLINK_HOME/opt/*"
        ${command[@]+"${command[@]}"} "$1")
}

# The job's options in conf/job.properties, then those that are given: the later one of a key counts.
job_arguments() {
    arguments=("-Dclassify.store=$FLINK_HOME/store")
    local line
    if [ -f "$FLINK_CONF_DIR/job.properties" ] || [ -f "$FLINK_HOME/conf/job.properties" ]; then
        local file=$FLINK_CONF_DIR/job.properties
        [ -f "$file" ] || file=$FLINK_HOME/conf/job.properties
        while IFS= read -r line; do
            case $line in
                '' | '#'*) ;;
                *=*) arguments+=("-D$line") ;;
                *) fail "a line of '$file' was '$line' but it must be 'key=value'" ;;
            esac
        done < "$file"
    fi
    arguments+=("$@")
}
