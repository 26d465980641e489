/* lwIP with its sockets, as under an RTOS: both ends talk over its loopback, one in the test's thread or each in its own.
 * With WHIT_TEST_SMALL as on a small device: IPv4 only, calls by messages to lwIP's thread, small windows, no SO_REUSE. */
#ifndef WHIT_TEST_SOCKETS_LWIPOPTS_H
#define WHIT_TEST_SOCKETS_LWIPOPTS_H

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_NETCONN 1
#define LWIP_SOCKET 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_IPV4 1
#ifndef LWIP_DNS
#define LWIP_DNS 1
#endif
#define DNS_MAX_RETRIES 2
#define DNS_MAX_REQUESTS 1 /* fewer than kResolverSlots: a question may find no room */
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define TCPIP_MBOX_SIZE 64
#define MEM_ALIGNMENT 8
#define MEM_SIZE (256 * 1024)
#define MEMP_NUM_NETCONN 10
#define MEMP_NUM_TCP_PCB 16
#define MEMP_NUM_TCPIP_MSG_API 32
#define MEMP_NUM_TCP_SEG 128
#define PBUF_POOL_SIZE 64
#define TCP_LISTEN_BACKLOG 1
#define TCP_MSL 1000UL /* connections that linger in TIME_WAIT must not use up the pcbs */
#define LWIP_STATS 0

/* Where both ends of one lwIP have closed their windows, each answers the other's acknowledgements with one of its own,
 * without end. So a sender can never fill the window of a reader that is at work. */
#ifdef WHIT_TEST_SMALL
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_IPV6 0
#define SO_REUSE 0
#define TCP_MSS 536
#define TCP_WND (6 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 8
#else
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_IPV6 1
#define IPV6_FRAG_COPYHEADER 1 /* 64-bit pointers */
#define SO_REUSE 1
#define TCP_MSS 1460
#define TCP_WND (8 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 64
#endif

/* A call into the core from a thread that must not ends the test. */
#ifdef __cplusplus
extern "C"
#endif
void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()

#endif
