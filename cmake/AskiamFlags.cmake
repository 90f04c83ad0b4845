# SPDX-License-Identifier: Apache-2.0
# The compiler's flags for every target of the project: warnings, hardening, sanitizers. An INTERFACE target, so that nothing
# leaks into a project that includes this one.
add_library(askiam_flags INTERFACE)
target_compile_features(askiam_flags INTERFACE c_std_11)
target_compile_definitions(askiam_flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(askiam_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wcast-qual -Wformat=2 -Wundef -Wwrite-strings -Wdouble-promotion -Wswitch-enum
  -fno-strict-overflow -fno-common)
if(ASKIAM_WERROR)
  target_compile_options(askiam_flags INTERFACE -Werror)
endif()
if(ASKIAM_SANITIZE)
  target_compile_options(askiam_flags INTERFACE -fsanitize=${ASKIAM_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(askiam_flags INTERFACE -fsanitize=${ASKIAM_SANITIZE})
else()
  target_compile_options(askiam_flags INTERFACE
    $<$<CONFIG:Release>:-fstack-protector-strong;-fstack-clash-protection;-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>)
  target_link_options(askiam_flags INTERFACE $<$<CONFIG:Release>:-Wl,-z,relro,-z,now,-z,noexecstack>)
endif()
