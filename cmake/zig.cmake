# SPDX-License-Identifier: Apache-2.0
# Toolchain: builds for Linux with the glibc that Lambda has, by the compiler and against the static libraries that scripts/package-lambda prepared.
# ASKIAM_ZIG_ARCH is x86_64 or aarch64, ASKIAM_ZIG_TOOLS the folder of cc, ar and ranlib, ASKIAM_ZIG_PREFIX where the libraries are.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ASKIAM_ZIG_ARCH ASKIAM_ZIG_TOOLS ASKIAM_ZIG_PREFIX)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${ASKIAM_ZIG_ARCH})
set(CMAKE_C_COMPILER ${ASKIAM_ZIG_TOOLS}/cc)
set(CMAKE_AR ${ASKIAM_ZIG_TOOLS}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${ASKIAM_ZIG_TOOLS}/ranlib CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH ${ASKIAM_ZIG_PREFIX})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
# Only what was built for this: never a library of the machine that builds.
set(ENV{PKG_CONFIG_LIBDIR} ${ASKIAM_ZIG_PREFIX}/lib/pkgconfig)
set(ENV{PKG_CONFIG_PATH} "")
set(PKG_CONFIG_ARGN --static CACHE STRING "")
