#!/usr/bin/env bash
# Flink's SQL client: sql-client.sh, or with statements from a file sql-client.sh -f FILE. Models of ours
# need no ADD JAR: CREATE MODEL … WITH ('provider' = 'psconv', 'store' = '…/store', 'model' = '…').
# It has a gateway of its own, which ends with it; sql-client.sh gateway -e HOST:PORT asks another one.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
sql_command org.apache.flink.table.client.SqlClient 256m
client=("${sql_command[@]}")
case ${1:-} in
    gateway)
        shift
        exec "${client[@]}" gateway ${properties[@]+"${properties[@]}"} "$@"
        ;;
    --help | -h) exec "${client[@]}" "$@" ;;
esac

listens() {
    (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# The gateway: the client's own one wants flink-python, 40 MB that serve nothing here.
sql_command org.apache.flink.table.gateway.SqlGateway 512m
gateway=
log=$(mktemp "${TMPDIR:-/tmp}/psconv-sql-gateway.XXXXXX")
end() {
    [ -z "$gateway" ] || kill "$gateway" 2> /dev/null || true
    rm -f "$log"
}
trap end EXIT
for attempt in 1 2 3; do
    port=$((20000 + RANDOM % 12000))
    ! listens "$port" || continue
    "${sql_command[@]}" -Dsql-gateway.endpoint.rest.address=127.0.0.1 \
        ${properties[@]+"${properties[@]}"} "-Dsql-gateway.endpoint.rest.port=$port" \
        > "$log" 2>&1 < /dev/null &
    gateway=$!
    while kill -0 "$gateway" 2> /dev/null && ! listens "$port"; do
        sleep 0.2
    done
    ! kill -0 "$gateway" 2> /dev/null || break
    gateway=
done
if [ -z "$gateway" ]; then
    cat "$log" >&2
    fail "Flink's SQL gateway did not start, see above"
fi
status=0
# The session takes the client's settings, so these go to both.
"${client[@]}" gateway -e "http://127.0.0.1:$port" ${properties[@]+"${properties[@]}"} "$@" || status=$?
exit "$status"
