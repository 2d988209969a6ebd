# How tests are declared: wsw_add_test, and wsw_register_test where a test is no Qt Test executable of its own.

# Tests are compiled quickly, not to be quick; what they test is compiled as users run it.
set(WSW_TEST_OPTIONS $<$<CONFIG:Release>:-O1>)

# Linking some three hundred programs takes minutes; this linker, where it is installed, needs half as long. Not under a sanitizer, which has
# its own demands.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=gold WSW_HAS_GOLD)
set(WSW_TEST_LINK_OPTIONS "")
if(WSW_HAS_GOLD AND NOT WSW_SANITIZE)
    set(WSW_TEST_LINK_OPTIONS -fuse-ld=gold)
endif()

# Qt Test gives every test the two folders of its own as macros, which nothing here asks for; without them tests can share headers.
set_property(TARGET Qt6::Test PROPERTY INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)

wsw_add_headers(tests_core OPTIONS ${WSW_TEST_OPTIONS} LINK Qt6::Test HEADERS ${WSW_TEST_CORE_HEADERS})
wsw_add_headers(tests_network OPTIONS ${WSW_TEST_OPTIONS} LINK Qt6::Test Qt6::Network HEADERS ${WSW_TEST_NETWORK_HEADERS})
if(WSW_DESKTOP)
    wsw_add_headers(tests_desktop OPTIONS ${WSW_TEST_OPTIONS} LINK Qt6::Test Qt6::Network Qt6::Widgets
        HEADERS ${WSW_TEST_DESKTOP_HEADERS})
endif()

# The same test is one of its own under each sanitizer, by the name of the preset.
set(WSW_TEST_PREFIX "")
set(WSW_TEST_ENVIRONMENT "")
if(WSW_SANITIZE MATCHES "thread")
    set(WSW_TEST_PREFIX "tsan.")
    # die_after_fork: QProcess starts programs with vfork, within whose child TSan believes to be from then on.
    set(WSW_TEST_ENVIRONMENT
        "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.suppressions:second_deadlock_stack=1:die_after_fork=0")
elseif(WSW_SANITIZE MATCHES "address")
    set(WSW_TEST_PREFIX "asan.")
    # print_suppressions: some tests want a program to say nothing where there is nothing to say.
    set(WSW_TEST_ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1" "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
        "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.suppressions:print_suppressions=0")
endif()

# With WSW_BRIEF, under a sanitizer, only these, which the target "brief" builds: they take a few minutes, and every run of packaging/test
# has them. What reads bytes that others have made goes under AddressSanitizer, what has threads under ThreadSanitizer.
if(WSW_BRIEF)
    add_custom_target(brief)
endif()
if(WSW_SANITIZE MATCHES "thread")
    set(WSW_BRIEF_TESTS tst_backpressure tst_document tst_epollloop tst_filterindex tst_hostsession tst_loader tst_payloadqueue tst_proxysession
        tst_recorder tst_workbench tst_writer)
else()
    set(WSW_BRIEF_TESTS tst_badfiles tst_block tst_deflate tst_frameparser tst_harimport tst_headparser tst_hostile tst_layout tst_packetfile tst_pagescan tst_reader
        tst_relaydirection tst_tcpreassembly
        replay_body replay_capture replay_deflate replay_extensions replay_frames replay_har replay_head replay_packets replay_payload replay_reading)
endif()

# wsw_use_test_headers(<target> <core|network|desktop>): compiles a target of tests as tests are.
function(wsw_use_test_headers target headers)
    set_target_properties(${target} PROPERTIES AUTOMOC OFF)
    target_link_libraries(${target} PRIVATE Qt6::Test)
    target_compile_options(${target} PRIVATE ${WSW_TEST_OPTIONS})
    target_link_options(${target} PRIVATE ${WSW_TEST_LINK_OPTIONS})
    target_precompile_headers(${target} REUSE_FROM wsw_headers_tests_${headers})
    if(NOT headers STREQUAL core)
        # What the large tests test is watched by UBSan, not the tests themselves: a third of the time that they take to compile.
        set_target_properties(${target} PROPERTIES WSW_WITHOUT_UBSAN ON)
    endif()
endfunction()

# wsw_register_test(<name> COMMAND <command...> [TIMEOUT <seconds>] [ALONE] [LOCK <names...>] [LABELS <labels...>] [ENVIRONMENT <N=V...>])
# ALONE: never beside another test. LOCK: never beside one with the same name among its locks.
function(wsw_register_test name)
    cmake_parse_arguments(TST "ALONE" "TIMEOUT" "COMMAND;LOCK;LABELS;ENVIRONMENT" ${ARGN})
    if(NOT TST_TIMEOUT)
        set(TST_TIMEOUT 60)
    endif()
    if(WSW_SANITIZE)
        math(EXPR TST_TIMEOUT "${TST_TIMEOUT} * 5")     # as slow as a sanitizer may make it
    endif()
    if(WSW_BRIEF)
        if(NOT name IN_LIST WSW_BRIEF_TESTS)
            return()
        endif()
        add_dependencies(brief ${name})
        set_property(GLOBAL APPEND PROPERTY WSW_BRIEF_FOUND ${name})
    endif()
    set(test ${WSW_TEST_PREFIX}${name})
    add_test(NAME ${test} COMMAND ${TST_COMMAND})
    list(APPEND TST_ENVIRONMENT ${WSW_TEST_ENVIRONMENT})
    set_tests_properties(${test} PROPERTIES TIMEOUT ${TST_TIMEOUT} RUN_SERIAL ${TST_ALONE} RESOURCE_LOCK "${TST_LOCK}"
        LABELS "${TST_LABELS}" ENVIRONMENT "${TST_ENVIRONMENT}")
endfunction()

# wsw_add_test(<tst_name> [SOURCES <more files...>] [LINK <targets...>] [GUI] [what wsw_register_test takes])
# One Qt Test executable from <tst_name>.cpp. Unexpected warnings fail it (see tests/support/testmain.h). Its directory says with
# WSW_TEST_HEADERS which compiled headers it takes.
function(wsw_add_test name)
    cmake_parse_arguments(TST "GUI;ALONE" "TIMEOUT" "SOURCES;LINK;LOCK;LABELS;ENVIRONMENT" ${ARGN})
    # Not AUTOMOC, which would look through every test at every build and compile one more file for each.
    set(moc ${CMAKE_CURRENT_BINARY_DIR}/${name}.moc)
    add_custom_command(OUTPUT ${moc} COMMAND Qt6::moc -o ${moc} ${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp
        DEPENDS ${name}.cpp VERBATIM)
    add_executable(${name} ${name}.cpp ${moc} ${TST_SOURCES})
    target_link_libraries(${name} PRIVATE wsw_flags ${TST_LINK})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_BINARY_DIR})
    target_compile_definitions(${name} PRIVATE
        WSW_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data" WSW_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    wsw_use_test_headers(${name} ${WSW_TEST_HEADERS})
    if(TARGET wsw_tsan_qt)
        target_link_libraries(${name} PRIVATE wsw_tsan_qt)
    endif()
    if(TST_GUI)
        list(APPEND TST_LABELS gui)
        list(APPEND TST_LOCK display)
    endif()
    set(alone "")
    if(TST_ALONE)
        set(alone ALONE)
    endif()
    wsw_register_test(${name} COMMAND ${name} TIMEOUT ${TST_TIMEOUT} ${alone} LOCK ${TST_LOCK} LABELS ${TST_LABELS}
        ENVIRONMENT ${TST_ENVIRONMENT})
endfunction()
