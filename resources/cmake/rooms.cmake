# Flags, and the three functions with which every room, program and test is declared.

add_library(wsw_flags INTERFACE)
target_compile_definitions(wsw_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_NO_FOREACH QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_compile_options(wsw_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    $<$<BOOL:${WSW_WARNINGS_AS_ERRORS}>:-Werror>)
target_include_directories(wsw_flags SYSTEM INTERFACE ${Qt6Core_INCLUDE_DIRS})
target_include_directories(wsw_flags INTERFACE ${PROJECT_SOURCE_DIR}/lib)
if(WSW_SANITIZE)
    target_compile_options(wsw_flags INTERFACE
        -fsanitize=${WSW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(wsw_flags INTERFACE -fsanitize=${WSW_SANITIZE})
endif()

# wsw_add_room(<name> SOURCES <files...> [LINK <public targets...>] [LINK_PRIVATE <targets...>])
# A static library wsw::<name> from lib/<name>. Headers are included as <name>/file.h.
function(wsw_add_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
    add_library(wsw_${name} STATIC ${ROOM_SOURCES})
    add_library(wsw::${name} ALIAS wsw_${name})
    target_link_libraries(wsw_${name} PUBLIC wsw_flags Qt6::Core ${ROOM_LINK} PRIVATE ${ROOM_LINK_PRIVATE})
    target_precompile_headers(wsw_${name} PRIVATE <QtCore/QtCore> <algorithm> <memory> <vector>)
endfunction()

# wsw_add_test(<tst_name> [SOURCES <more files...>] [LINK <targets...>] [TIMEOUT <seconds>] [GUI])
# One Qt Test executable from <tst_name>.cpp. Unexpected warnings fail it (see tests/support/testmain.h).
function(wsw_add_test name)
    cmake_parse_arguments(TST "GUI" "TIMEOUT" "SOURCES;LINK" ${ARGN})
    if(NOT TST_TIMEOUT)
        set(TST_TIMEOUT 60)
    endif()
    add_executable(${name} ${name}.cpp ${TST_SOURCES})
    target_link_libraries(${name} PRIVATE wsw_flags Qt6::Test ${TST_LINK})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE
        WSW_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data" WSW_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${TST_TIMEOUT})
    if(TST_GUI)
        set_tests_properties(${name} PROPERTIES LABELS gui RESOURCE_LOCK display)
    endif()
endfunction()
