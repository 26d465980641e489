# QEMU's RISC-V machine. It has no source of randomness here, so its images are for the emulator.
set(board_name riscv32-virt)
enable_language(ASM)
set(board_sources riscv32-virt/board.cpp common/nic/virtio_net.cpp common/semihosting.cpp common/riscv/startup.S
  common/riscv/startup.cpp)
set(board_emulation_only ON)
set(board_definitions WHIT_COPY_ON_SEND=1 WHIT_ARGUMENTS_SIZE=256 WHIT_RING=4096 WHIT_OUTBOX=2048 WHIT_ARENA=26000
  WHIT_CONNECTIONS=3 WHIT_SERVED_BY_TLS=3 WHIT_SERVER_ARENA=84000)
set(board_lwip WHIT_LWIP_WINDOW=4 WHIT_LWIP_POOL=12 WHIT_LWIP_HEAP=16384 WHIT_LWIP_QUEUE=32 WHIT_LWIP_PCBS=5)
set(board_tls WHIT_TLS_IN_CONTENT_LEN=16384 WHIT_TLS_OUT_CONTENT_LEN=4096 WHIT_TLS_RSA=1)
set(board_server_tls WHIT_TLS_IN_CONTENT_LEN=16384 WHIT_TLS_OUT_CONTENT_LEN=4096)
