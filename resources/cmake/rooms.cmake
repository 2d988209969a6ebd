# Flags, and the functions with which every room is declared. Those of tests: tests.cmake.

include(${CMAKE_CURRENT_LIST_DIR}/headers.cmake)

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
    # Checks of Qt's and of the standard library's own containers as well, which cost little beside the rest.
    target_compile_definitions(wsw_flags INTERFACE QT_FORCE_ASSERTS _GLIBCXX_ASSERTIONS)
    target_compile_options(wsw_flags INTERFACE
        -fsanitize=${WSW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(wsw_flags INTERFACE -fsanitize=${WSW_SANITIZE})
    if(WSW_SANITIZE MATCHES "undefined")
        target_compile_options(wsw_flags INTERFACE $<$<BOOL:$<TARGET_PROPERTY:WSW_WITHOUT_UBSAN>>:-fno-sanitize=undefined>)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC's own documentation: with sanitizers it warns of what is initialized.
        target_compile_options(wsw_flags INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()

# wsw_add_headers(<name> HEADERS <headers...> [LINK <targets...>] [OPTIONS <compile options...>])
# Headers that many targets include, compiled once: each takes them with target_precompile_headers(<target> REUSE_FROM
# wsw_headers_<name>), is compiled with the same options, and has the same QT_..._LIB where the headers ask for it (QTest does).
function(wsw_add_headers name)
    cmake_parse_arguments(PCH "" "" "HEADERS;LINK;OPTIONS" ${ARGN})
    add_library(wsw_headers_${name} OBJECT ${PROJECT_SOURCE_DIR}/resources/cmake/nothing.cpp)
    set_target_properties(wsw_headers_${name} PROPERTIES AUTOMOC OFF)
    target_link_libraries(wsw_headers_${name} PRIVATE wsw_flags ${PCH_LINK})
    target_compile_options(wsw_headers_${name} PRIVATE ${PCH_OPTIONS})
    target_precompile_headers(wsw_headers_${name} PRIVATE ${PCH_HEADERS})
endfunction()

# wsw_add_room(<name> SOURCES <files...> [LINK <public targets...>] [LINK_PRIVATE <targets...>])
# A static library wsw::<name> from lib/<name>. Headers are included as <name>/file.h.
function(wsw_add_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
    add_library(wsw_${name} STATIC ${ROOM_SOURCES})
    add_library(wsw::${name} ALIAS wsw_${name})
    target_link_libraries(wsw_${name} PUBLIC wsw_flags Qt6::Core ${ROOM_LINK} PRIVATE ${ROOM_LINK_PRIVATE})
    target_precompile_headers(wsw_${name} REUSE_FROM wsw_headers_lib)
    # Under sanitizers a room's sources are compiled as one, which takes less time. Everywhere else each stands alone, so that
    # what a source includes is what it needs.
    if(WSW_SANITIZE)
        set_target_properties(wsw_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
        target_compile_options(wsw_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    endif()
endfunction()

wsw_add_headers(lib LINK Qt6::Core HEADERS ${WSW_CORE_HEADERS})
