/* lwIP for the tests on the host: no operating system, both families, every check on, virtual time. */
#ifndef WHIT_TEST_LWIPOPTS_H
#define WHIT_TEST_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TIMERS 1

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_IPV6_MLD 0
#define LWIP_IPV6_AUTOCONFIG 0
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0
#define IPV6_FRAG_COPYHEADER 1 /* 64-bit pointers */
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_ICMP 1
#define LWIP_UDP 1
#define LWIP_DNS 1
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_HAVE_LOOPIF 0

#define MEM_ALIGNMENT 8
#define MEM_SIZE (128 * 1024)
#define MEMP_NUM_TCP_PCB 8
#define MEMP_NUM_TCP_SEG 64
#define MEMP_NUM_PBUF 64
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE 48
#endif
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 32
#define TCP_QUEUE_OOSEQ 1

#define MEMP_SANITY_CHECK 1
#define MEM_SANITY_CHECK 1
#define LWIP_STATS 1
#define LWIP_STATS_DISPLAY 1

/* Both ends live in this one stack: which way a packet goes depends on its destination alone. */
struct netif;
struct ip4_addr;
struct ip6_addr;
#ifdef __cplusplus
extern "C" {
#endif
struct netif *whit_test_route4(const struct ip4_addr *destination);
struct netif *whit_test_route6(const struct ip6_addr *destination);
unsigned whit_test_random(void);
#ifdef __cplusplus
}
#endif
#define LWIP_HOOK_IP4_ROUTE(destination) whit_test_route4(destination)
#define LWIP_HOOK_IP6_ROUTE(source, destination) whit_test_route6(destination)
#define LWIP_RAND() whit_test_random()

#endif
