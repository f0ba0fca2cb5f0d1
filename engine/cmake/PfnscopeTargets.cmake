# SPDX-License-Identifier: GPL-3.0-or-later
# How every target of the project is made. A folder of engine/ is one static library that may link only to what stands
# above it in PFNSCOPE_ENGINE_ORDER; breaking that order stops the configuration.

set(PFNSCOPE_ENGINE_ORDER base hw machine dump option mm check schedule scenario explore cluster view render)

add_library(pfnscope_options INTERFACE)
target_compile_features(pfnscope_options INTERFACE cxx_std_20)
target_compile_options(pfnscope_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align
                                                  -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Wdouble-promotion)
# g++ 12 at -O3 takes the storage of a tl::expected that holds the other alternative for one that is read before it is
# written, and a string concatenation for one that overlaps itself (GCC bug 105329).
target_compile_options(pfnscope_options INTERFACE "$<$<CONFIG:Release>:-Wno-maybe-uninitialized;-Wno-restrict>")
if(PFNSCOPE_WERROR)
    target_compile_options(pfnscope_options INTERFACE -Werror)
endif()
if(PFNSCOPE_SANITIZE)
    # With the checks in between, g++ 12 takes libstdc++'s own std::function and std::regex for uninitialized
    # (GCC bug 105562); the plain build keeps the warning.
    target_compile_options(pfnscope_options INTERFACE -fsanitize=${PFNSCOPE_SANITIZE} -fno-omit-frame-pointer
                                                      -fno-sanitize-recover=all -Wno-maybe-uninitialized)
    target_link_options(pfnscope_options INTERFACE -fsanitize=${PFNSCOPE_SANITIZE})
endif()

# pfnscope_module(mm SOURCES a.cpp ... LINKS machine option EXTERNAL fmt::fmt PRIVATE_EXTERNAL yaml-cpp)
function(pfnscope_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS;EXTERNAL;PRIVATE_EXTERNAL" ${ARGN})
    list(FIND PFNSCOPE_ENGINE_ORDER ${name} own)
    if(own EQUAL -1)
        message(FATAL_ERROR "engine/${name} is not in PFNSCOPE_ENGINE_ORDER")
    endif()
    add_library(pfnscope_${name} STATIC ${arg_SOURCES})
    add_library(pfnscope::${name} ALIAS pfnscope_${name})
    target_include_directories(pfnscope_${name} PUBLIC ${CMAKE_SOURCE_DIR}/engine)
    target_link_libraries(pfnscope_${name} PUBLIC pfnscope_options ${arg_EXTERNAL} PRIVATE ${arg_PRIVATE_EXTERNAL})
    foreach(dependency IN LISTS arg_LINKS)
        list(FIND PFNSCOPE_ENGINE_ORDER ${dependency} above)
        if(above EQUAL -1 OR above GREATER_EQUAL own)
            message(FATAL_ERROR "engine/${name} may not link to engine/${dependency}: dependencies point one way")
        endif()
        target_link_libraries(pfnscope_${name} PUBLIC pfnscope_${dependency})
    endforeach()
    set_target_properties(pfnscope_${name} PROPERTIES AUTOMOC OFF AUTOUIC OFF AUTORCC OFF)
endfunction()

# pfnscope_test(hw_walk SOURCES walk_test.cpp ... LINKS hw [LABELS slow]): one GoogleTest program, its cases in CTest.
function(pfnscope_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS;EXTERNAL;LABELS" ${ARGN})
    add_executable(${name}_test ${arg_SOURCES})
    list(TRANSFORM arg_LINKS PREPEND pfnscope_)
    target_link_libraries(${name}_test PRIVATE pfnscope_options ${arg_LINKS} ${arg_EXTERNAL} GTest::gtest GTest::gtest_main
                                               GTest::gmock rapidcheck)
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    # Relative, and run from the top: a path of this checkout in the command line would keep others from ccache's objects.
    target_compile_definitions(${name}_test PRIVATE PFNSCOPE_TEST_DATA="tests/data" PFNSCOPE_SOURCE_DIR=".")
    set_target_properties(${name}_test PROPERTIES AUTOMOC OFF)
    if(NOT arg_LABELS)
        set(arg_LABELS fast)
    endif()
    # One CTest entry a program, not one a case: starting a process for each of a thousand cases costs more than the cases.
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600)
endfunction()

# pfnscope_bench(hw SOURCES hw_bench.cpp LINKS hw): one Google Benchmark program, built but not run by CTest.
function(pfnscope_bench name)
    if(NOT PFNSCOPE_WITH_BENCH)
        return()
    endif()
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS;EXTERNAL" ${ARGN})
    add_executable(${name}_bench ${arg_SOURCES})
    list(TRANSFORM arg_LINKS PREPEND pfnscope_)
    target_link_libraries(${name}_bench PRIVATE pfnscope_options ${arg_LINKS} ${arg_EXTERNAL} benchmark::benchmark
                                                benchmark::benchmark_main)
    target_include_directories(${name}_bench PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    set_target_properties(${name}_bench PROPERTIES AUTOMOC OFF)
endfunction()

# pfnscope_embed(source NAMESPACE pfnscope::option FUNCTION shippedOptions FILES a.yaml ...): sets `source` to a generated
# .cpp with std::span<const EmbeddedFile> FUNCTION(). The program finds its assets wherever it is run from.
function(pfnscope_embed result)
    cmake_parse_arguments(arg "" "NAMESPACE;FUNCTION" "FILES" ${ARGN})
    list(JOIN arg_FILES "," files)
    set(generated "${CMAKE_CURRENT_BINARY_DIR}/${arg_FUNCTION}.cpp")
    set(script "${CMAKE_SOURCE_DIR}/engine/cmake/EmbedFiles.cmake")
    add_custom_command(
        OUTPUT "${generated}"
        COMMAND "${CMAKE_COMMAND}" "-DOUT=${generated}" "-DFILES=${files}" "-DNAMESPACE=${arg_NAMESPACE}"
                "-DFUNCTION=${arg_FUNCTION}" -P "${script}"
        DEPENDS ${arg_FILES} "${script}"
        COMMENT "Embedding ${arg_FUNCTION}"
        VERBATIM)
    set(${result} "${generated}" PARENT_SCOPE)
endfunction()
