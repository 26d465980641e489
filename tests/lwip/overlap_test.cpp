// Segments that come in chains of pbufs, some of which lwIP leaves empty.
#include <gtest/gtest.h>

#include <stdexcept>

#include "far_end.hpp"
#include "lwip/inet_chksum.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"
#include "lwip/tcp.hpp"
#include "world.hpp"

namespace whit::lwip_test {
namespace {

class LwipOverlap : public testing::Test {
 protected:
  LwipOverlap() {
    EXPECT_TRUE(far_.listen());
    EXPECT_EQ(tcp_.connect(address_, FarEnd::kPort), Status::ok);
    for (int i = 0; i < 10 && tcp_.poll(world_.now()) != Link::up; ++i) world_.run(10);
    for (tcp_pcb* each = tcp_active_pcbs; each != nullptr; each = each->next) {
      if (each->remote_port == FarEnd::kPort) pcb_ = each;
    }
    if (pcb_ == nullptr) throw std::runtime_error("no connection");
  }
  ~LwipOverlap() override { far_.reset(); }

  // A segment of the far end's, which begins this many bytes before what is expected next.
  void arrives(std::uint32_t before, std::string_view text, std::uint8_t flags = TCP_ACK) {
    constexpr u16_t kIp = 20, kTcp = 20;
    std::vector<std::uint8_t> packet(kIp + kTcp + text.size());
    auto& ip = *reinterpret_cast<ip_hdr*>(packet.data());
    IPH_VHL_SET(&ip, 4, 5);
    IPH_LEN_SET(&ip, lwip_htons(static_cast<u16_t>(packet.size())));
    IPH_TTL_SET(&ip, 64);
    IPH_PROTO_SET(&ip, IP_PROTO_TCP);
    ip4_addr_copy(ip.src, *ip_2_ip4(&pcb_->remote_ip));
    ip4_addr_copy(ip.dest, *ip_2_ip4(&pcb_->local_ip));
    IPH_CHKSUM_SET(&ip, inet_chksum(&ip, kIp));
    auto& tcp = *reinterpret_cast<tcp_hdr*>(packet.data() + kIp);
    tcp.src = lwip_htons(FarEnd::kPort);
    tcp.dest = lwip_htons(pcb_->local_port);
    tcp.seqno = lwip_htonl(pcb_->rcv_nxt - before);
    tcp.ackno = lwip_htonl(pcb_->snd_nxt);
    TCPH_HDRLEN_FLAGS_SET(&tcp, kTcp / 4, flags);
    tcp.wnd = lwip_htons(TCP_WND);
    std::copy(text.begin(), text.end(), packet.begin() + kIp + kTcp);
    pbuf* segment = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(packet.size() - kIp), PBUF_RAM);
    pbuf_take(segment, packet.data() + kIp, segment->tot_len);
    tcp.chksum = ip_chksum_pseudo(segment, IP_PROTO_TCP, segment->tot_len, &pcb_->remote_ip, &pcb_->local_ip);
    pbuf_free(segment);
    world_.receive(Side::near, packet);
  }

  std::string read() {
    std::string got;
    while (tcp_.poll(world_.now()) == Link::up && !tcp_.rx().empty()) {
      const MutBytes view = tcp_.rx();
      got += as_text(view);
      tcp_.rx_consume(view.size());
    }
    return got;
  }

  // 1,200 bytes, of which 700 have been there already.
  void repeats_and_goes_on() { arrives(700, old_ + new_); }

  World world_;
  FarEnd far_;
  lwip::Tcp tcp_;
  tcp_pcb* pcb_ = nullptr;
  const std::string address_ = World::address(Side::far, false);
  const std::string old_ = std::string(700, 'a');
  const std::string new_ = std::string(500, 'b');
};

// FAI-05: a retransmission that was cut anew on its way.
TEST_F(LwipOverlap, what_is_new_of_a_segment_is_read) {
  arrives(0, old_);
  EXPECT_EQ(read(), old_);
  repeats_and_goes_on();
  EXPECT_EQ(read(), new_);
  arrives(0, "", TCP_ACK | TCP_FIN);
  EXPECT_EQ(tcp_.poll(world_.now()), Link::eof);
}

TEST_F(LwipOverlap, also_behind_what_was_not_read_yet) {
  arrives(0, old_);
  repeats_and_goes_on();
  arrives(1200, old_ + new_);  // nothing new
  arrives(0, "", TCP_ACK | TCP_FIN);
  EXPECT_EQ(read(), old_ + new_);
  EXPECT_EQ(tcp_.poll(world_.now()), Link::eof);
}

TEST_F(LwipOverlap, also_where_a_piece_came_too_early) {
  arrives(0, old_);
  EXPECT_EQ(read(), old_);
  arrives(static_cast<std::uint32_t>(-500), std::string(900, 'c'));
  EXPECT_EQ(read(), "");
  repeats_and_goes_on();
  EXPECT_EQ(read(), new_ + std::string(900, 'c'));
}

// The window is as wide as before when all was read, so nothing was counted twice or forgotten.
TEST_F(LwipOverlap, the_window_opens_again) {
  for (int i = 0; i < 50; ++i) {
    arrives(0, old_);
    if (i % 2 == 0) read();
    repeats_and_goes_on();
    EXPECT_FALSE(read().empty());
  }
  EXPECT_EQ(pcb_->rcv_wnd, TCP_WND);
}

}  // namespace
}  // namespace whit::lwip_test
