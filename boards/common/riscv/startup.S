/* From reset to main() on a RISC-V core in machine mode, and the two things that need its control registers. */
  .section .text.start, "ax"
  .globl whit_reset
whit_reset:
  la sp, __stack
  la t0, trapped
  csrw mtvec, t0
  csrw mstatus, zero /* interrupts end WFI and are never taken */
  li t0, 0x880       /* of the timer and of devices */
  csrw mie, t0
  tail whit_startup

  .balign 4
trapped:
  csrr a0, mcause
  csrr a1, mepc
  tail whit_trap

  .text
  .globl whit_wait_for_interrupt
whit_wait_for_interrupt:
  wfi
  ret

  /* A semihosting call: operation in a0, argument in a1. The three instructions must not be compressed or lie in two pages. */
  .globl whit_semihosting
  .option push
  .option norvc
  .balign 16
whit_semihosting:
  slli x0, x0, 0x1f
  ebreak
  srai x0, x0, 0x07
  ret
  .option pop
