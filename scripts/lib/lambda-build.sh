# SPDX-License-Identifier: Apache-2.0
# What is built once and kept: by what a library is known to be built already, and who may build. Sourced by package-lambda.

# alone FILE COMMAND…: runs it (a function, say) while nobody else runs one with this file.
alone() {
  local lock=$1
  shift
  (
    flock --nonblock 9 || { printf 'waiting for another run that has %s\n' "$lock" >&2 && flock 9; }
    "$@"
  ) 9>"$lock"
}

# key_of NAME [ANOTHER…]: all that what is built depends on: versions, recipes, compiler, flags.
key_of() {
  local one
  for one in "$@"; do
    cat "$LAMBDA_SOURCES/$one.version"
    declare -f "build_$one"
  done
  echo "$ZIG_VERSION $GLIBC $LAMBDA_CFLAGS"
  declare -f one_file pc
}

# library NAME [ANOTHER…]: builds it unless this version was built by this recipe and compiler, upon these others.
library() {
  local name=$1 source=$LAMBDA_SOURCES/$1 work=$HOME_OF_ARCH/work/$1 key version began=$SECONDS
  version=$(cat "$source.version")
  key=$(key_of "$@")
  [ "$(cat "$HOME_OF_ARCH/$name.built" 2>/dev/null)" != "$key" ] || return 0
  rm -rf "$work" "$HOME_OF_ARCH/$name.built"
  mkdir -p "$work"
  version=${version#*:}
  (set -e; cd "$work"; "build_$name" "$source" "${version%%-*}") >"$HOME_OF_ARCH/$name.log" 2>&1 || {
    tail -n 40 "$HOME_OF_ARCH/$name.log" >&2
    printf 'cannot build %s; %s has it all\n' "$name" "$HOME_OF_ARCH/$name.log" >&2
    return 1
  }
  rm -rf "$work"
  echo "$key" >"$HOME_OF_ARCH/$name.built"
  printf '%s %s for %s: %d s\n' "$name" "$version" "$ARCH" $((SECONDS - began)) >&2
}

# at_once PROCESS…: waits for all; fails where one did.
at_once() {
  local process failed=no
  for process in "$@"; do
    wait "$process" || failed=yes
  done
  [ $failed = no ] || exit 1
}
