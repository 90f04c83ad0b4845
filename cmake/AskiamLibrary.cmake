# SPDX-License-Identifier: Apache-2.0
# The library itself, from the rooms' objects: static and shared.
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
set_target_properties(askiam_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})

if(EXISTS ${PROJECT_SOURCE_DIR}/src/apps/cli/CMakeLists.txt)
  add_subdirectory(src/apps/cli)
endif()
