# TI's LM3S6965 evaluation board: 256 KiB of flash, 64 KiB of RAM. It has no source of randomness, so its images are for the
# emulator.
set(board_name lm3s6965evb)
set(board_sources lm3s6965evb/board.cpp common/nic/stellaris_enet.cpp common/semihosting.cpp
  common/cortex_m/semihosting_call.cpp common/cortex_m/startup.cpp common/cortex_m/systick.cpp)
set(board_emulation_only ON)
set(board_definitions WHIT_ARGUMENTS_SIZE=256 WHIT_RING=512 WHIT_OUTBOX=1024 WHIT_ARENA=12000
  WHIT_CONNECTIONS=3 WHIT_SERVED_BY_TLS=3 WHIT_SERVER_ARENA=30000)
set(board_lwip WHIT_LWIP_WINDOW=2 WHIT_LWIP_POOL=5 WHIT_LWIP_HEAP=2048 WHIT_LWIP_QUEUE=8 WHIT_LWIP_PCBS=5)
set(board_tls WHIT_TLS_IN_CONTENT_LEN=4096 WHIT_TLS_OUT_CONTENT_LEN=512)
set(board_server_tls WHIT_TLS_IN_CONTENT_LEN=4096 WHIT_TLS_OUT_CONTENT_LEN=512)
set(board_explains_in_numbers ON)  # the words take 9 KB of flash
