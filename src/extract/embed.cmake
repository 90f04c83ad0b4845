# SPDX-License-Identifier: Apache-2.0
# cmake -D INPUT=… -D OUTPUT=… -P embed.cmake: writes a file as a C array (hexadecimal characters: nothing needs escaping, and
# every byte fits a char).
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
string(REGEX REPLACE "(('.x[0-9a-f][0-9a-f]',){20})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"extract/builtin.h\"\n\nconst char aski_builtin_patterns[] = {\n${bytes}0};\n"
  "const size_t aski_builtin_patterns_length = sizeof aski_builtin_patterns - 1;\n")
