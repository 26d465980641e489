# What it takes to build for a board and to emulate it. To be sourced after tests/packages.sh.

install_board_packages() {
  case $1 in
    host) ;;
    riscv32-virt)
      install_packages gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf libstdc++-arm-none-eabi-dev qemu-system-misc
      ;;
    *)
      install_packages gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm
      [ "$1" != microbit ] || install_packages libslirp-dev gcc libc6-dev
      ;;
  esac
}
