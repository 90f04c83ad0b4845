# SPDX-License-Identifier: Apache-2.0
# askiam_table(OUT_VARIABLE PROGRAM SETTING DATA SOURCES main.c …): the path of builtin.c in the room's build folder, which PROGRAM writes
# from a file below data/ while the library is built: by the compiler that takes such a file at run time. The program is built from the
# sources, not the objects, of the rooms below: it runs on this machine, and without a sanitizer that may not run everywhere. SETTING names
# a build of it where the library is built for another machine.
function(askiam_table out program setting data)
  cmake_parse_arguments(TABLE "" "" "SOURCES" ${ARGN})
  set(${setting} "" CACHE FILEPATH "A build of ${program} that runs on this machine; needed to build for another")
  set(builtin ${CMAKE_CURRENT_BINARY_DIR}/builtin.c)
  if(${setting})
    set(compile ${${setting}})
  elseif(CMAKE_CROSSCOMPILING)
    message(FATAL_ERROR "Building for another machine: build the target ${program} for this one first, and name the program in ${setting}")
  else()
    set(compile ${program})
    add_executable(${program} EXCLUDE_FROM_ALL ${TABLE_SOURCES})
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    foreach(room base json)
      get_target_property(sources aski_${room} SOURCES)
      list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/src/${room}/)
      target_sources(${program} PRIVATE ${sources})
    endforeach()
    target_compile_features(${program} PRIVATE c_std_11)
    target_compile_definitions(${program} PRIVATE _POSIX_C_SOURCE=200809L)
    target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${program} PRIVATE PkgConfig::CJSON PkgConfig::UTF8PROC PkgConfig::CRYPTO Threads::Threads m)
  endif()
  add_custom_command(OUTPUT ${builtin} COMMAND ${compile} ${PROJECT_SOURCE_DIR}/data/${data} ${builtin}
    DEPENDS ${PROJECT_SOURCE_DIR}/data/${data} ${compile} VERBATIM)
  set(${out} ${builtin} PARENT_SCOPE)
endfunction()
