# colibri_module(NAME [BOTH_STORES] [DEPS other modules and libraries])
#
# Makes the static library colibri_NAME of every src/NAME/*.cpp but *_test.cpp and *_main.cpp, and the
# test program NAME_test of every src/NAME/*_test.cpp. A module without sources is header-only.
# With BOTH_STORES the tests run on SQLite and once more, as NAME_postgresql, on PostgreSQL
# (src/store/store_fixture.hpp).
function(colibri_module name)
  cmake_parse_arguments(ARG "BOTH_STORES" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "(_test|_main)\\.cpp$")
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)

  if(sources)
    add_library(colibri_${name} STATIC ${sources})
    target_link_libraries(colibri_${name} PUBLIC colibri_options ${ARG_DEPS})
  else()
    add_library(colibri_${name} INTERFACE)
    target_link_libraries(colibri_${name} INTERFACE colibri_options ${ARG_DEPS})
  endif()

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE colibri_${name} GTest::gtest_main GTest::gmock)
    colibri_test(${name} ${name}_test TIMEOUT 120)
    if(ARG_BOTH_STORES)
      colibri_test(${name}_postgresql ${name}_test TIMEOUT 240 ENVIRONMENT COLIBRI_TEST_STORE=postgresql)
    endif()
  endif()
endfunction()

# colibri_test(NAME PROGRAM PROPERTIES…): one run of a test program. It reports what was inside it to
# gtest/NAME.json of the build folder, where tests/tally.py looks for it under the test's name.
function(colibri_test name program)
  cmake_parse_arguments(ARG "" "TIMEOUT" "ENVIRONMENT" ${ARGN})
  add_test(NAME ${name} COMMAND ${program})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "${ARG_ENVIRONMENT};GTEST_OUTPUT=json:${CMAKE_BINARY_DIR}/gtest/${name}.json")
endfunction()
