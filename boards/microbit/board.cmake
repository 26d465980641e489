# BBC micro:bit v1: 256 KiB of flash, 16 KiB of RAM, a random number generator, and SLIP over its serial port.
set(board_name microbit)
set(board_sources microbit/board.cpp common/cortex_m/startup.cpp)
if(WHIT_EMULATION)
  list(APPEND board_sources common/semihosting.cpp common/cortex_m/semihosting_call.cpp)
else()
  set(WHIT_COMMAND_LINE "url=ws://192.0.2.2:9001/" CACHE STRING "What the examples find as their arguments")
  set(board_definitions WHIT_COMMAND_LINE="${WHIT_COMMAND_LINE}")
endif()
list(APPEND board_definitions WHIT_ARGUMENTS_SIZE=128 WHIT_RING=256 WHIT_OUTBOX=256 WHIT_ARENA=5600 WHIT_CONNECTIONS=2 WHIT_SERVED_BY_TLS=1 WHIT_SERVER_ARENA=6000)
set(board_lwip WHIT_LWIP_ETHERNET=0 WHIT_LWIP_STATS=0 WHIT_LWIP_MSS=256 WHIT_LWIP_WINDOW=2 WHIT_LWIP_POOL=5 WHIT_LWIP_HEAP=900
  WHIT_LWIP_QUEUE=6 WHIT_LWIP_PCBS=3 WHIT_LWIP_SLIP_MTU=312)
set(board_tls WHIT_TLS_IN_CONTENT_LEN=1024 WHIT_TLS_OUT_CONTENT_LEN=512)
set(board_server_tls WHIT_TLS_IN_CONTENT_LEN=1024 WHIT_TLS_OUT_CONTENT_LEN=512)
set(board_explains_in_numbers ON)  # the words take 9 KB of flash
