/* What the Cortex-M3 reads at reset: the stack, and newlib's start-up with semihosting. */
extern void _start(void);
extern char __stack[];
__attribute__((section(".vectors"), used)) static const void *const vectors[] = {__stack, (const void *)_start};
