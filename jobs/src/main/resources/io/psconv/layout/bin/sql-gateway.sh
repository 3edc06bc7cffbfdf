#!/usr/bin/env bash
# Flink's SQL gateway, for clients elsewhere: sql-gateway.sh [-Dsql-gateway.endpoint.rest.port=8083 …].
# It listens at 127.0.0.1 unless sql-gateway.endpoint.rest.address says otherwise, and asks for no password.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/flink-env.sh"
sql_command org.apache.flink.table.gateway.SqlGateway 512m
exec "${sql_command[@]}" -Dsql-gateway.endpoint.rest.address=127.0.0.1 \
    ${properties[@]+"${properties[@]}"} "$@"
