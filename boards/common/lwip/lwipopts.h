/* lwIP for the boards here: few connections, no operating system. A board.cmake gives the sizes. */
#ifndef WHIT_BOARD_LWIPOPTS_H
#define WHIT_BOARD_LWIPOPTS_H

/* 1 or 0 each. */
#ifndef WHIT_LWIP_ETHERNET
#define WHIT_LWIP_ETHERNET 1
#endif
#ifndef WHIT_LWIP_DNS
#define WHIT_LWIP_DNS 1 /* names, and with them UDP */
#endif
#ifndef WHIT_LWIP_DHCP
#define WHIT_LWIP_DHCP 0
#endif
#ifndef WHIT_LWIP_STATS
#define WHIT_LWIP_STATS 1 /* memory in use, to be compared */
#endif
/* Segments of the receive window, and of the send buffer. */
#ifndef WHIT_LWIP_MSS
#define WHIT_LWIP_MSS 1460
#endif
#ifndef WHIT_LWIP_WINDOW
#define WHIT_LWIP_WINDOW 4
#endif
#ifndef WHIT_LWIP_POOL
#define WHIT_LWIP_POOL 8
#endif
#ifndef WHIT_LWIP_HEAP
#define WHIT_LWIP_HEAP 8192
#endif
#ifndef WHIT_LWIP_PCBS
#define WHIT_LWIP_PCBS 2
#endif

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ETHERNET WHIT_LWIP_ETHERNET
#define LWIP_ARP WHIT_LWIP_ETHERNET
#if WHIT_LWIP_ETHERNET
#define ETH_PAD_SIZE 2 /* aligns what follows the Ethernet header; both drivers copy words */
#define ARP_TABLE_SIZE 2
#define ARP_QUEUEING 0
#else
#define PBUF_LINK_HLEN 0
#endif
#define LWIP_ICMP WHIT_LWIP_ETHERNET
#define LWIP_RAW 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_DHCP WHIT_LWIP_DHCP
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_DNS WHIT_LWIP_DNS
#define LWIP_UDP (LWIP_DNS || LWIP_DHCP)
#define DNS_TABLE_SIZE 1
#define DNS_MAX_SERVERS (1 + LWIP_DHCP)
/* One question is out at a time anyway. */
#define LWIP_DNS_SECURE (LWIP_DNS_SECURE_RAND_XID | LWIP_DNS_SECURE_RAND_SRC_PORT)
#define DNS_MAX_NAME_LENGTH 64
#define MEMP_NUM_UDP_PCB (LWIP_DNS + LWIP_DHCP)

#define LWIP_TCP 1
#define TCP_MSS WHIT_LWIP_MSS
#define TCP_WND (WHIT_LWIP_WINDOW * TCP_MSS)
#ifdef WHIT_LWIP_SND_BUF
#define TCP_SND_BUF WHIT_LWIP_SND_BUF
#else
#define TCP_SND_BUF (WHIT_LWIP_WINDOW * TCP_MSS)
#endif
#define TCP_SND_QUEUELEN WHIT_LWIP_QUEUE
#define MEMP_NUM_TCP_SEG WHIT_LWIP_QUEUE
#define MEMP_NUM_PBUF WHIT_LWIP_QUEUE
#ifndef WHIT_LWIP_QUEUE
#define WHIT_LWIP_QUEUE 16
#endif
#define TCP_QUEUE_OOSEQ (WHIT_LWIP_POOL > 8) /* what came too early would take the pool from the rest */
#define TCP_LISTEN_BACKLOG 0
#define SO_REUSE 0 /* a board listens once */
#define MEMP_NUM_TCP_PCB WHIT_LWIP_PCBS
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define LWIP_WND_SCALE 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE WHIT_LWIP_HEAP
#define PBUF_POOL_SIZE WHIT_LWIP_POOL

#define LWIP_STATS WHIT_LWIP_STATS /* of memory only */
#define MEM_STATS LWIP_STATS
#define MEMP_STATS LWIP_STATS
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define IPFRAG_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define SYS_STATS 0
#define LWIP_NOASSERT
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_HAVE_SLIPIF (!WHIT_LWIP_ETHERNET)
#ifndef WHIT_LWIP_SLIP_MTU
#define WHIT_LWIP_SLIP_MTU 576
#endif
#define SLIP_MAX_SIZE WHIT_LWIP_SLIP_MTU
#define SLIP_USE_RX_THREAD 0

#endif
