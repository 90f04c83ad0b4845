# SPDX-License-Identifier: Apache-2.0
# The library itself, from the rooms' objects: static and shared, what it exports, how it is installed and found.
if(NOT TARGET aski_engine)
  return()
endif()
set(askiam_objects "")
foreach(room ${ASKIAM_ROOM_TARGETS})
  list(APPEND askiam_objects $<TARGET_OBJECTS:${room}>)
endforeach()

add_library(askiam_shared SHARED ${askiam_objects})
add_library(askiam_static STATIC ${askiam_objects})
foreach(library askiam_shared askiam_static)
  set_target_properties(${library} PROPERTIES OUTPUT_NAME askiam)
  target_include_directories(${library} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${library} PRIVATE ${ASKIAM_ROOM_LIBRARIES} $<BUILD_INTERFACE:askiam_flags>)
endforeach()

# What is exported is what the public headers mark ASKIAM_API, by name, under a version node.
file(GLOB_RECURSE askiam_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/askiam/*.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${askiam_headers})
set(askiam_exports "")
foreach(header ${askiam_headers})
  file(READ ${header} text)
  string(REGEX MATCHALL "ASKIAM_API [^;(]*askiam_[a-z0-9_]+\\(" declarations "${text}")
  foreach(declaration ${declarations})
    string(REGEX REPLACE ".*[ *](askiam_[a-z0-9_]+)\\(" "\\1" name "${declaration}")
    list(APPEND askiam_exports ${name})
  endforeach()
endforeach()
list(SORT askiam_exports)
string(REPLACE ";" ";\n    " askiam_exports "${askiam_exports}")
set(askiam_map ${PROJECT_BINARY_DIR}/askiam.map)
file(CONFIGURE OUTPUT ${askiam_map} @ONLY
  CONTENT "ASKIAM_@PROJECT_VERSION_MAJOR@ {\n  global:\n    @askiam_exports@;\n  local:\n    *;\n};\n")
set_target_properties(askiam_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  EXPORT_NAME shared LINK_DEPENDS ${askiam_map})
set_target_properties(askiam_static PROPERTIES EXPORT_NAME static)
target_link_options(askiam_shared PRIVATE -Wl,--version-script=${askiam_map} -Wl,--no-undefined-version)
if(NOT ASKIAM_SANITIZE)
  target_link_options(askiam_shared PRIVATE -Wl,--no-undefined) # sanitizers leave their own symbols open
endif()

# Installation. Files that are found later hold no absolute path, so that the prefix may be chosen at install time.
set(askiam_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/askiam)
install(DIRECTORY include/askiam DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
foreach(kind shared static)
  install(TARGETS askiam_${kind} EXPORT askiam-${kind} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT askiam-${kind} NAMESPACE askiam:: DESTINATION ${askiam_package_dir})
endforeach()

include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/askiam-config.cmake.in ${PROJECT_BINARY_DIR}/askiam-config.cmake
  INSTALL_DESTINATION ${askiam_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/askiam-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/askiam-config.cmake ${PROJECT_BINARY_DIR}/askiam-config-version.cmake
  DESTINATION ${askiam_package_dir})

# By name only: libcurl's and libpq's own lists of what they stand on name libraries whose development packages are mostly not installed.
set(askiam_pc_libraries "")
if(CURL_FOUND)
  string(APPEND askiam_pc_libraries "-lcurl ")
endif()
if(PQ_FOUND)
  string(APPEND askiam_pc_libraries "-lpq ")
endif()
file(RELATIVE_PATH askiam_pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" askiam_pc_prefix "${askiam_pc_prefix}")
configure_file(pkgconfig/askiam.pc.in ${PROJECT_BINARY_DIR}/askiam.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/askiam.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

add_subdirectory(src/apps/common)
add_subdirectory(src/apps/cli)
add_subdirectory(src/apps/lambda)
