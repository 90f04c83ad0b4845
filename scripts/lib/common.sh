# SPDX-License-Identifier: Apache-2.0
# What the scripts share: where the project is, how they speak, how a build folder is made. Sourced, never run.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
JOBS=${JOBS:-$(nproc)}

say() { printf '\n== %s\n' "$*" >&2; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# configure FOLDER [CMAKE OPTION]...: with Ninja and, where there is one, a compiler cache.
configure() {
  local folder=$1
  shift
  local options=(-S "$ROOT" -B "$folder" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON)
  [ -f "$folder/CMakeCache.txt" ] || options+=(-G Ninja)
  if command -v ccache >/dev/null 2>&1; then
    options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
  fi
  mkdir -p "$folder"
  cmake "${options[@]}" "$@" >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    return 1
  }
}

# build FOLDER [TARGET]...: quiet unless it fails; goes on as far as it can, so that one error does not hide another.
build() {
  local folder=$1
  shift
  local targets=() onward=()
  [ $# -eq 0 ] || targets=(--target "$@")
  ! grep -q '^CMAKE_GENERATOR:INTERNAL=Ninja$' "$folder/CMakeCache.txt" || onward=(-- -k 0)
  cmake --build "$folder" --parallel "$JOBS" "${targets[@]}" "${onward[@]}" >"$folder/build.log" 2>&1 || {
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$folder/build.log" | tail -n 200 >&2
    return 1
  }
}
