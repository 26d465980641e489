# libstdc++ for rv32imac, of which Debian has none: as much as the tests are linked with, from the sources of the compiler
# whose headers boards/toolchains/riscv64-unknown-elf.cmake takes.
set(libstdcxx ${CMAKE_CURRENT_BINARY_DIR}/libstdc++)
if(NOT EXISTS ${libstdcxx})
  message(STATUS "Unpacking libstdc++")
  file(ARCHIVE_EXTRACT INPUT ${WHIT_GCC_SOURCE} DESTINATION ${libstdcxx}.part
    PATTERNS ./libstdc++-v3/src/* ./libstdc++-v3/libsupc++/* ./libstdc++-v3/config/*)
  file(RENAME ${libstdcxx}.part/libstdc++-v3 ${libstdcxx})
endif()

set(locale ${libstdcxx}/config/locale/generic)
file(GLOB sources ${libstdcxx}/src/c++98/*.cc ${libstdcxx}/src/c++11/*.cc ${libstdcxx}/libsupc++/*.cc ${locale}/*.cc
  ${libstdcxx}/config/os/newlib/*.cc)
# Exceptions, aligned operator new, what keeps old binaries running, and allocators that nobody uses.
list(FILTER sources EXCLUDE REGEX "eh_call|eh_personality|(new|del)_opv?s?a(nt)?\\.cc|compatibility|concept-inst|bitmap_|hash-long")
add_library(board_libstdcxx STATIC EXCLUDE_FROM_ALL ${sources} $<TARGET_OBJECTS:board_libstdcxx_cow>)
set_source_files_properties(${libstdcxx}/src/c++98/ios_locale.cc ${libstdcxx}/src/c++98/misc-inst.cc
  PROPERTIES COMPILE_OPTIONS -std=gnu++98)

# The facets for strings of the old kind are the same files once more, as in libstdc++'s own makefile.
add_library(board_libstdcxx_cow OBJECT EXCLUDE_FROM_ALL ${locale}/collate_members.cc ${locale}/messages_members.cc
  ${locale}/monetary_members.cc ${locale}/numeric_members.cc)
target_compile_definitions(board_libstdcxx_cow PRIVATE _GLIBCXX_USE_CXX11_ABI=0)

foreach(part board_libstdcxx board_libstdcxx_cow)
  target_include_directories(${part} PRIVATE ${libstdcxx}/libsupc++ ${locale})
  target_compile_options(${part} PRIVATE -std=gnu++11 -w)
endforeach()
