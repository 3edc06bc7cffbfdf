#!/bin/sh
# Makes the PTX that the jar carries from psconv.cu, and proves that it assembles.
#
# Needs the CUDA toolkit (11.8 or later): nvcc and ptxas on the PATH, or CUDA_HOME. The build and
# the tests need neither; run this after a change of psconv.cu, and check the PTX in with it.
set -eu
cd "$(dirname "$0")"
if [ -n "${CUDA_HOME:-}" ]; then
  PATH="$CUDA_HOME/bin:$PATH"
fi

source=psconv.cu
target=../resources/io/psconv/model/cuda/psconv.ptx
# The oldest ISA with mma.m16n8k16 and cp.async; nvcc itself would write its newest.
isa=7.0
made=$(mktemp)
trap 'rm -f "$made"' EXIT

nvcc -ptx -arch=compute_80 -O3 -diag-suppress 128 -o "$made" "$source"
mkdir -p "$(dirname "$target")"
{
  echo "// $source sha256 $(sha256sum "$source" | cut -d ' ' -f 1)"
  sed -e '/^\/\//d' -e '/^[[:space:]]*\/\//d' -e '/^[[:space:]]*$/d' \
    -e "s/^\.version .*/.version $isa/" "$made"
} > "$target"

# Those that this toolkit knows.
for device in sm_80 sm_86 sm_89 sm_90 sm_100 sm_103 sm_120 sm_121; do
  ptxas --help | grep -q "'$device'" || continue
  ptxas -arch="$device" -o /dev/null "$target"
  echo "$target assembles for $device"
done
