# SPDX-License-Identifier: Apache-2.0
# A room is a folder below src/ and an OBJECT library; rooms are listed from the lowest floor up. docs/architecture.md says what
# may include what; scripts/check-includes holds it.
set(ASKIAM_ROOMS
  base json http policy auth model backend
  store/common search/common embed/common openai aws
  chat
  store/sqlite store/postgres search/embedded search/opensearch embed/hashing embed/openai embed/bedrock
  judge/evidence judge/llm extract/llm
  extract rag rules decide audit import index grants dialogue
  engine)

# askiam_room(store/sqlite SOURCES a.c b.c LINK PkgConfig::SQLITE): called by the room's own CMakeLists.txt.
function(askiam_room room)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  string(REPLACE "/" "_" name ${room})
  add_library(aski_${name} OBJECT ${ROOM_SOURCES})
  set_target_properties(aski_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
  target_include_directories(aski_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(aski_${name} PRIVATE askiam_flags ${ROOM_LINK})
endfunction()

function(askiam_add_rooms)
  set(present "")
  foreach(room ${ASKIAM_ROOMS})
    if(EXISTS ${PROJECT_SOURCE_DIR}/src/${room}/CMakeLists.txt)
      add_subdirectory(src/${room})
      string(REPLACE "/" "_" name ${room})
      if(TARGET aski_${name}) # a room of an optional library may be left out
        list(APPEND present aski_${name})
      endif()
    endif()
  endforeach()
  set(ASKIAM_ROOM_TARGETS ${present} PARENT_SCOPE)
endfunction()

# What the rooms link to, for whoever links their objects; what is optional is added where it is looked for.
set(ASKIAM_ROOM_LIBRARIES PkgConfig::CJSON PkgConfig::UTF8PROC PkgConfig::SQLITE PkgConfig::CRYPTO Threads::Threads m)

# askiam_test(rules__checks SOURCES checks.c ROOMS base json model rules [LINK …] [WITH program…]): a cmocka program over the objects
# of these rooms, so that a test does not need the rooms above its own; run by the program WITH, which starts what it needs.
function(askiam_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;ROOMS;LINK;WITH" ${ARGN})
  add_executable(test_${name} ${TEST_SOURCES})
  foreach(room ${TEST_ROOMS})
    string(REPLACE "/" "_" room ${room})
    target_sources(test_${name} PRIVATE $<TARGET_OBJECTS:aski_${room}>)
  endforeach()
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
    ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE ASKIAM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(test_${name} PRIVATE askiam_flags askiam_test_support ${TEST_LINK} ${ASKIAM_ROOM_LIBRARIES}
    PkgConfig::CMOCKA)
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${TEST_WITH} $<TARGET_FILE:test_${name}>)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# askiam_fuzz(json SOURCES json.c ROOMS base json): a libFuzzer target; its seeds lie in tests/fuzz/seeds/<name>/.
function(askiam_fuzz name)
  if(NOT ASKIAM_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(FUZZ "" "" "SOURCES;ROOMS" ${ARGN})
  add_executable(fuzz_${name} ${FUZZ_SOURCES})
  foreach(room ${FUZZ_ROOMS})
    string(REPLACE "/" "_" room ${room})
    target_sources(fuzz_${name} PRIVATE $<TARGET_OBJECTS:aski_${room}>)
  endforeach()
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
    ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(fuzz_${name} PRIVATE askiam_flags ${ASKIAM_ROOM_LIBRARIES} -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
endfunction()
