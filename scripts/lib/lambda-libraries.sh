# SPDX-License-Identifier: Apache-2.0
# How each library that askiam-lambda stands on is built: static, small, by the compiler in $TOOLS, into $PREFIX. Sourced by package-lambda.
# Every recipe runs in a folder of its own, below $WORK, with the source (Debian's patches applied) as its first argument.
LAMBDA_CFLAGS="-Os -fPIC -ffunction-sections -fdata-sections -fno-unwind-tables -fno-asynchronous-unwind-tables -fstack-protector-strong -D_FORTIFY_SOURCE=2"

# pc NAME VERSION LIBS [REQUIRES.PRIVATE]: what pkg-config tells CMake, for a library that brings no such file.
pc() {
  mkdir -p "$PREFIX/lib/pkgconfig"
  printf 'prefix=%s\nName: %s\nDescription: %s, static\nVersion: %s\nCflags: -I${prefix}/include\nLibs: -L${prefix}/lib %s\nRequires.private: %s\n' \
    "$PREFIX" "$1" "$1" "$2" "$3" "${4:-}" >"$PREFIX/lib/pkgconfig/$1.pc"
}

# one_file NAME SOURCE HEADERS... : compiles a library that is one file.
one_file() {
  local name=$1 source=$2
  shift 2
  mkdir -p "$PREFIX/include" "$PREFIX/lib"
  # shellcheck disable=SC2086
  "$TOOLS/cc" $LAMBDA_CFLAGS ${ONE_FILE_FLAGS:-} -c "$source" -o "$name.o"
  rm -f "$PREFIX/lib/lib$name.a"
  "$TOOLS/ar" rcs "$PREFIX/lib/lib$name.a" "$name.o"
  cp "$@" "$PREFIX/include/"
}

build_cjson() {
  one_file cjson "$1/cJSON.c" "$1/cJSON.h"
  mkdir -p "$PREFIX/include/cjson"
  mv "$PREFIX/include/cJSON.h" "$PREFIX/include/cjson/"
  pc libcjson "$2" -lcjson
}

build_utf8proc() {
  ONE_FILE_FLAGS=-DUTF8PROC_STATIC one_file utf8proc "$1/utf8proc.c" "$1/utf8proc.h"
  pc libutf8proc "$2" -lutf8proc
}

# The options are those of Debian's own build that the stores and searches rely on; nothing is loaded at run time.
build_sqlite3() {
  ONE_FILE_FLAGS="-DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_THREADSAFE=1 -DSQLITE_SECURE_DELETE
    -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_DEPRECATED -DSQLITE_DEFAULT_MEMSTATUS=0
    -DSQLITE_OMIT_SHARED_CACHE -O2 -DHAVE_USLEEP=1 -DHAVE_FDATASYNC=1 -DHAVE_PREAD=1 -DHAVE_PWRITE=1 -DHAVE_GMTIME_R=1 -DHAVE_LOCALTIME_R=1" \
    one_file sqlite3 "$1/sqlite3.c" "$1/sqlite3.h"
  pc sqlite3 "$2" -lsqlite3
}

# What no protocol of ours speaks is left out. No configuration file is read at the start, and the trusted certificates lie where Amazon Linux has
# them when nothing else is said.
build_openssl() {
  "$1/Configure" "linux-$ARCH" --prefix="$PREFIX" --libdir=lib --openssldir=/etc/pki/tls no-shared no-tests no-engine no-module no-dso no-legacy \
    no-autoload-config no-async no-comp no-dtls no-ssl3 no-tls1 no-tls1_1 no-weak-ssl-ciphers no-srp no-psk no-srtp no-ts no-cms no-cmp \
    no-rfc3779 no-gost no-idea no-mdc2 no-rc2 no-rc4 no-seed no-camellia no-aria no-bf no-cast no-whirlpool no-rmd160 no-sm2 no-sm3 no-sm4 \
    no-siphash no-ec2m no-ocb no-scrypt no-ct CC="$TOOLS/cc" AR="$TOOLS/ar" RANLIB="$TOOLS/ranlib" CFLAGS="$LAMBDA_CFLAGS"
  make -j "$JOBS" build_libs
  make install_dev
}

build_curl() {
  PKG_CONFIG_LIBDIR=$PREFIX/lib/pkgconfig "$1/configure" --host="$ARCH-linux-gnu" --prefix="$PREFIX" --disable-shared --with-openssl="$PREFIX" \
    --with-ca-bundle=/etc/pki/tls/certs/ca-bundle.crt --without-ca-path --without-zlib --without-brotli --without-zstd --without-libpsl \
    --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 --disable-ldap --disable-ldaps --disable-ftp --disable-file \
    --disable-dict --disable-telnet --disable-tftp --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher --disable-mqtt \
    --disable-rtsp --disable-manual --disable-alt-svc --disable-hsts --disable-cookies --disable-doh --disable-netrc --disable-ntlm \
    --disable-tls-srp --disable-openssl-auto-load-config --disable-unix-sockets --disable-libcurl-option --disable-dependency-tracking --enable-symbol-hiding \
    CC="$TOOLS/cc" AR="$TOOLS/ar" RANLIB="$TOOLS/ranlib" CFLAGS="$LAMBDA_CFLAGS"
  make -j "$JOBS" -C lib
  make -C lib install
  make -C include install
  make install-pkgconfigDATA
}

# libpq and the two libraries below it, of which the forms made for shared libraries are the ones that clients need.
build_postgresql() {
  "$1/configure" --host="$ARCH-linux-gnu" --prefix="$PREFIX" --with-openssl --without-readline --without-zlib --without-icu --without-gssapi \
    --without-ldap --disable-rpath CC="$TOOLS/cc" AR="$TOOLS/ar" RANLIB="$TOOLS/ranlib" CFLAGS="$LAMBDA_CFLAGS" \
    CPPFLAGS="-I$PREFIX/include" LDFLAGS="-L$PREFIX/lib" LIBS="-lpthread -ldl"
  make -C src/backend generated-headers
  make -j "$JOBS" -C src/common libpgcommon_shlib.a
  make -j "$JOBS" -C src/port libpgport_shlib.a
  make -j "$JOBS" -C src/interfaces/libpq libpq.a
  cp src/common/libpgcommon_shlib.a src/port/libpgport_shlib.a src/interfaces/libpq/libpq.a "$PREFIX/lib/"
  cp "$1/src/interfaces/libpq/libpq-fe.h" "$1/src/include/postgres_ext.h" src/include/pg_config_ext.h "$PREFIX/include/"
  pc libpq "$2" "-lpq -lpgcommon_shlib -lpgport_shlib" "libssl libcrypto"
}
