# Warnings for our own sources; generated sources and system headers are excepted.
add_library(groupctl_warnings INTERFACE)
target_compile_options(groupctl_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # g++ 12 at -O3 sees overlaps in "text" + std::string that are not there (GCC bug 105651), and reads what variants do not hold.
  $<$<CONFIG:Release>:-Wno-restrict> $<$<CONFIG:Release>:-Wno-error=maybe-uninitialized>)
if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
  # In precompiled headers, and at -O1, it sees short std::strings overflow that do not; which, depends on what it inlines.
  target_compile_options(groupctl_warnings INTERFACE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-error=maybe-uninitialized)
endif()

# The headers that most sources read; they cost more than our own lines do. The preset `release` precompiles nothing, so that a source
# that forgets an include is found there.
set(groupctl_common_headers <algorithm> <capnp/message.h> <capnp/serialize.h> <chrono> <deque> <functional> <map> <memory>
  <optional> <set> <span> <string> <string_view> <tl/expected.hpp> <variant> <vector>)

# The presets but `release` compile eight sources of a target at a time (CMAKE_UNITY_BUILD): most of what a source costs is headers and
# templates that its neighbours use as well. A target's sources therefore share their anonymous namespaces. To build while editing:
# cmake --preset dev -DCMAKE_UNITY_BUILD=OFF.

# groupctl_library(NAME SOURCES ... LINK ...): one static library, its headers reached from the project's root.
function(groupctl_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE groupctl_warnings)
  if(name STREQUAL groupctl_log)
    target_precompile_headers(${name} PRIVATE ${groupctl_common_headers})
  else()
    target_precompile_headers(${name} REUSE_FROM groupctl_log)
  endif()
endfunction()

# groupctl_schema(NAME FILE.capnp ...): generated Cap'n Proto code, reached as "folder/file.capnp.h". Not compiled with our warnings.
function(groupctl_schema name)
  cmake_parse_arguments(ARG "" "" "FILES;LINK" ${ARGN})
  set(CAPNPC_SRC_PREFIX ${PROJECT_SOURCE_DIR})
  set(CAPNPC_OUTPUT_DIR ${PROJECT_BINARY_DIR}/generated)
  set(CAPNPC_IMPORT_DIRS ${PROJECT_SOURCE_DIR})
  file(MAKE_DIRECTORY ${CAPNPC_OUTPUT_DIR})
  capnp_generate_cpp(sources headers ${ARG_FILES})
  add_library(${name} STATIC ${sources} ${headers})
  target_include_directories(${name} SYSTEM PUBLIC ${CAPNPC_OUTPUT_DIR})
  target_link_libraries(${name} PUBLIC CapnProto::capnp ${ARG_LINK})
endfunction()

# groupctl_test(NAME LAYER unit|scenario|simulation|process|fuzz|style SOURCES ... LINK ...): one GoogleTest binary; every case
# of it is a ctest test named LAYER/SUITE.CASE with the layer as its label. The ceiling of 60 s that every test has (30 min with
# --long) is set by tools/test, since a TIMEOUT property could not be raised. A test that exists for --long only: label `long`.
function(groupctl_test name)
  cmake_parse_arguments(ARG "" "LAYER" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main groupctl_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  # What is tested is optimised, the tests themselves need not be, unless they try a million inputs. Cap'n Proto's inline functions
  # check more where nothing is optimised; they have to be the same in the whole program.
  if(NOT ARG_LAYER STREQUAL fuzz)
    target_compile_options(${name} PRIVATE -O0)
    target_compile_definitions(${name} PRIVATE KJ_NDEBUG)
  endif()
  # GoogleTest's headers cost 2 s a source: the first test precompiles them for all.
  get_property(first GLOBAL PROPERTY groupctl_first_test)
  if(first)
    target_precompile_headers(${name} REUSE_FROM ${first})
  else()
    target_precompile_headers(${name} PRIVATE ${groupctl_common_headers} <gmock/gmock.h> <gtest/gtest.h>)
    set_property(GLOBAL PROPERTY groupctl_first_test ${name})
  endif()
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 TEST_PREFIX "${ARG_LAYER}/"
    PROPERTIES LABELS ${ARG_LAYER})
endfunction()
