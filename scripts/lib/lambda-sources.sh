# SPDX-License-Identifier: Apache-2.0
# The sources of the libraries that askiam-lambda stands on: the distribution's own source packages, security updates included, with signatures
# checked by apt, which keeps its lists in a folder of ours. The machine's own lists are read, never changed. Sourced by package-lambda.
LAMBDA_SOURCES=$ROOT/build/lambda/sources
# NAME=BINARY PACKAGE, for each library in the order in which they are built.
LAMBDA_LIBRARIES=(cjson=libcjson-dev utf8proc=libutf8proc-dev openssl=libssl-dev curl=libcurl4-openssl-dev postgresql=libpq-dev sqlite3=libsqlite3-dev)

# private_apt apt-get|apt-cache …: with lists, cache and sources of our own.
private_apt() {
  local program=$1 home=$LAMBDA_SOURCES/apt
  shift
  "$program" -qq -o Dir::Etc::sourcelist="$home/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$home/lists" \
    -o Dir::Cache="$home/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

# Every archive of the distribution itself that this machine takes packages from, as one for sources. Where the machine has no lists (images of
# containers come without), what it takes from whom is not known yet.
list_archives() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u |
    awk '$1 == "Debian" || $1 == "Ubuntu" { printf "deb-src [signed-by=/usr/share/keyrings/%s-archive-keyring.gpg] %s %s %s\n", tolower($1), $2, $3, $4 }'
}

# Asked anew once a day; without a network what is there must do.
update_sources() {
  local home=$LAMBDA_SOURCES/apt
  [ -z "$(find "$home/updated" -mmin -1440 2>/dev/null)" ] || return 0
  say "asking for the sources of the libraries"
  mkdir -p "$home/lists/partial" "$home/cache/archives/partial"
  list_archives >"$home/sources.list"
  if [ ! -s "$home/sources.list" ]; then
    as_root apt-get update -qq >&2
    list_archives >"$home/sources.list"
  fi
  [ -s "$home/sources.list" ] || die "apt knows no archive of Debian or Ubuntu"
  if private_apt apt-get update >&2; then
    touch "$home/updated"
  elif [ -f "$home/updated" ]; then
    printf 'warning: cannot ask for newer sources of the libraries; those of before are taken\n' >&2
  else
    die "cannot get the list of sources"
  fi
}

# versions_of BINARY: "PACKAGE VERSION" a line, newest first.
versions_of() {
  private_apt apt-cache showsrc "$1" | awk '/^Package:/ { name = $2 } /^Version:/ { print name, $2 }' | sort -u -k2,2rV
}

# unpack_source FOLDER PACKAGE VERSION: with the distribution's patches.
unpack_source() {
  rm -rf "$1.new"
  mkdir -p "$1.new"
  (cd "$1.new" && private_apt apt-get source --only-source "$2=$3") >"$1.log" 2>&1 || return 1
  rm -rf "$1"
  mv "$(find "$1.new" -mindepth 1 -maxdepth 1 -type d)" "$1"
  rm -rf "$1.new"
  echo "$3" >"$1.version"
}

# fetch_source NAME BINARY: the newest version that can be had, in $LAMBDA_SOURCES/NAME; its version in NAME.version. A mirror may list what it does
# not have yet: then the one before is taken, and said.
fetch_source() {
  local package version folder=$LAMBDA_SOURCES/$1
  [ ! "$folder.version" -nt "$LAMBDA_SOURCES/apt/updated" ] || return 0
  while read -r package version; do
    if [ "$(cat "$folder.version" 2>/dev/null)" = "$version" ]; then
      touch "$folder.version"
      return 0
    fi
    ! unpack_source "$folder" "$package" "$version" || return 0
    printf 'warning: %s %s is listed and cannot be had (%s); trying the version before\n' "$package" "$version" "$folder.log" >&2
  done < <(versions_of "$2")
  die "cannot get the source of $1; $folder.log says why"
}

# SQLite is published as one file, which its sources make; by this machine's compiler, once for every target.
make_amalgamation() {
  local folder=$LAMBDA_SOURCES/sqlite3
  [ -f "$folder/sqlite3.c" ] || (cd "$folder" && ./configure --disable-tcl --disable-readline && make sqlite3.c) >"$folder.log" 2>&1 ||
    die "cannot make sqlite3.c; $folder.log says why"
}

fetch_sources() {
  local library
  update_sources
  for library in "${LAMBDA_LIBRARIES[@]}"; do
    fetch_source "${library%%=*}" "${library#*=}"
  done
  make_amalgamation
}
