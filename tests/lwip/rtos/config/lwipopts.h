/* lwIP with threads, as under an RTOS: its own thread, and the lock of its core for others. Both ends talk over its loopback. */
#ifndef WHIT_TEST_RTOS_LWIPOPTS_H
#define WHIT_TEST_RTOS_LWIPOPTS_H

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_DNS 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 32
#define TCPIP_MBOX_SIZE 64
#define MEM_ALIGNMENT 8
#define MEM_SIZE (128 * 1024)
#define MEMP_NUM_TCP_SEG 64
#define PBUF_POOL_SIZE 48
#define SO_REUSE 1
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 32
#define LWIP_STATS 0

/* Calls into the core without its lock end the test: the port of lwIP to Unix looks. */
#ifdef __cplusplus
extern "C"
#endif
void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()

#endif
