# Where lwIP and mbedTLS are: the tree that the user's SDK has, or what tests/sources.sh fetched. Empty if there is none.
set(whit_sources ${PROJECT_SOURCE_DIR}/build/sources)
if(DEFINED ENV{WHIT_SOURCES_DIR})
  set(whit_sources $ENV{WHIT_SOURCES_DIR})
endif()

function(whit_find_source variable name landmark about)
  # A plain variable of whoever adds this tree counts, too; to make a cache entry would remove it.
  if(NOT DEFINED ${variable} OR DEFINED CACHE{${variable}})
    set(${variable} "" CACHE PATH "${about}")
  endif()
  if(NOT ${variable} AND EXISTS ${whit_sources}/${name}/${landmark})
    set(${variable} ${whit_sources}/${name})
  endif()
  if(${variable} AND NOT EXISTS ${${variable}}/${landmark})
    message(FATAL_ERROR "${variable} is ${${variable}}, but there is no ${landmark} in it")
  endif()
  set(${variable} ${${variable}} PARENT_SCOPE)
endfunction()

whit_find_source(WHIT_LWIP_DIR lwip src/include/lwip/tcp.h "The lwIP 2.2 source tree")
whit_find_source(WHIT_MBEDTLS_DIR mbedtls include/mbedtls/ssl.h "The mbedTLS 3.6 source tree")
