// Random sessions: whatever is chopped, stalled or interleaved, messages arrive whole and in order.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "vectors/build.hpp"

namespace whit::test {
namespace {

using Sent = std::vector<std::pair<MessageType, std::string>>;

std::string random_text(Random& random, std::size_t size) {
  constexpr const char* kCharacters[] = {
      "a", "Z", " ", "\n", "\xC3\xA9", "\xDF\xBF", "\xE2\x82\xAC", "\xEF\xBF\xBF", "\xF0\x9F\x98\x80"};
  std::string out;
  while (out.size() < size) out += kCharacters[random.below(random.below(2) == 0 ? 3 : 9)];
  return out;
}

std::string random_bytes(Random& random, std::size_t size) {
  std::string out;
  while (out.size() < size) out += static_cast<char>(random.next());
  return out;
}

std::vector<std::size_t> random_schedule(Random& random) {
  std::vector<std::size_t> out;
  for (std::size_t i = random.below(6); i != 0; --i) out.push_back(random.below(3) == 0 ? 0 : 1 + random.below(200));
  if (std::all_of(out.begin(), out.end(), [](std::size_t n) { return n == 0; })) out.clear();
  return out;
}

// One end of a random session: sends messages of all kinds, in all ways.
class Talker {
 public:
  Talker(Session& session, Random& random) : s_(session), random_(random) {}

  void act() {
    if (s_.ws.ready_state() != ReadyState::open) return;
    if (!left_.empty() || streaming_) return stream();
    switch (random_.below(6)) {
      case 0: return start_stream(false);
      case 1: return start_stream(true);
      case 2: static_cast<void>(s_.ws.ping(as_bytes(random_bytes(random_, random_.below(126))))); return;
      case 3: return gather();
      default: return whole();
    }
  }
  [[nodiscard]] bool busy() const { return streaming_; }
  Sent sent;

 private:
  void whole() {
    const bool is_text = random_.below(2) == 0;
    const std::size_t size = random_.below(10) == 0 ? 0 : random_.below(s_.ws.max_message() + 4);
    const std::string data = is_text ? random_text(random_, size) : random_bytes(random_, size);
    const Status status = is_text ? s_.ws.send(data) : s_.ws.send(as_bytes(data));
    if (status == Status::ok) {
      sent.emplace_back(is_text ? MessageType::text : MessageType::binary, data);
    } else {
      EXPECT_EQ(status, data.size() > s_.ws.max_message() ? Status::message_too_big : Status::would_block);
    }
  }
  void gather() {
    const std::string data = random_text(random_, random_.below(60));
    const std::size_t cut = random_.below(data.size() + 1);
    const Bytes parts[] = {as_bytes(data).first(cut), as_bytes(data).drop(cut)};
    if (s_.ws.send(MessageType::text, Span<const Bytes>(parts)) == Status::ok)
      sent.emplace_back(MessageType::text, data);
  }
  void start_stream(bool sized) {
    type_ = random_.below(2) == 0 ? MessageType::text : MessageType::binary;
    data_ = type_ == MessageType::text ? random_text(random_, random_.below(3000))
                                       : random_bytes(random_, random_.below(3000));
    const Status status = sized ? s_.ws.begin(type_, data_.size()) : s_.ws.begin(type_);
    EXPECT_TRUE(status == Status::ok || status == Status::would_block) << to_string(status);
    streaming_ = status == Status::ok;
    if (streaming_) left_ = data_;
  }
  void stream() {
    std::size_t taken = 0;
    if (left_.empty()) {
      const Status status = s_.ws.end();
      if (status == Status::would_block) return;
      EXPECT_EQ(status, Status::ok);
      streaming_ = false;
      sent.emplace_back(type_, data_);
      return;
    }
    const Status status = s_.ws.write(as_bytes(std::string_view(left_).substr(0, 1 + random_.below(700))), taken);
    EXPECT_TRUE(status == Status::ok || status == Status::would_block) << to_string(status);
    left_.erase(0, taken);
  }

  Session& s_;
  Random& random_;
  std::string data_, left_;
  MessageType type_ = MessageType::text;
  bool streaming_ = false;
};

void carry(MemoryLink& from, MemoryLink& to, Random& random) {
  const Buffer bytes = from.take_sent();
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t n = std::min(bytes.size() - at, 1 + random.below(random.below(3) == 0 ? 3 : 400));
    to.push(Bytes(bytes.data() + at, n));
    at += n;
  }
  if (from.fin() || from.aborted()) to.push_eof();
}

SessionSetup random_setup(Random& random, bool server) {
  SessionSetup setup;
  setup.server = server;
  setup.seed = random.next();
  setup.ring = kMinRing + random.below(random.below(2) == 0 ? 20 : 800);
  return setup;
}

// FRM-10, FRM-12, FRG-01, FRG-02, API-11, LIM-07: both ends, everything at random.
TEST(Property, MessagesArriveWholeAndInOrder) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Session client(random_setup(random, false)), server(random_setup(random, true));
    ASSERT_EQ(client.start(), Status::ok);
    ASSERT_EQ(server.start(), Status::ok);
    for (Session* s : {&client, &server}) {
      s->link.set_tx_schedule(random_schedule(random));
      s->link.holding = random.below(3) == 0 ? Holding::reference : Holding::none;
      s->link.record_size = 1 + random.below(300);
    }
    Talker from_client(client, random), from_server(server, random);
    const auto exchange = [&] {
      client.run();
      server.run();
      carry(client.link, server.link, random);
      carry(server.link, client.link, random);
    };
    for (int i = 0; i < 120; ++i) {
      if (random.below(3) != 0) from_client.act();
      if (random.below(3) != 0) from_server.act();
      if (random.below(2) == 0) exchange();
    }
    for (int i = 0; i < 400 && (from_client.busy() || from_server.busy()); ++i) {
      if (from_client.busy()) from_client.act();
      if (from_server.busy()) from_server.act();
      exchange();
    }
    for (int i = 0; i < 20; ++i) exchange();
    ASSERT_TRUE(client.collector.opened());
    ASSERT_TRUE(server.collector.opened());
    EXPECT_EQ(client.ws.buffered_amount(), 0u);
    EXPECT_EQ(server.ws.buffered_amount(), 0u);
    EXPECT_TRUE(server.collector.messages == from_client.sent);
    EXPECT_TRUE(client.collector.messages == from_server.sent);
    EXPECT_EQ((random.below(2) == 0 ? client : server).ws.close(4000, "end"), Status::ok);
    for (int i = 0; i < 20; ++i) exchange();
    EXPECT_TRUE(client.collector.close().was_clean);
    EXPECT_TRUE(server.collector.close().was_clean);
    if (testing::Test::HasFailure()) return;
  }
}

// What a peer may send, and sometimes what it may not.
std::string random_input(Random& random) {
  std::string in;
  bool message = false;
  for (std::size_t i = 3 + random.below(25); i != 0; --i) {
    const std::string data = random.below(12) == 0 ? random_bytes(random, 3)
                                                   : random_text(random, random.below(random.below(9) == 0 ? 700 : 30));
    switch (random.below(14)) {
      case 0: in += ping(random_bytes(random, random.below(126))); break;
      case 1: in += pong(random_bytes(random, random.below(5))); break;
      case 2:
        if (random.below(4) == 0)
          in += close_frame(static_cast<unsigned>(995 + random.below(25)), random_text(random, random.below(20)));
        break;
      case 3:
        if (random.below(6) == 0) in += random_bytes(random, 1 + random.below(6));
        break;
      default: {
        FrameSpec spec;
        spec.opcode = message ? kOpContinuation : random.below(2) == 0 ? kOpText : kOpBinary;
        spec.fin = random.below(2) == 0;
        message = !spec.fin;
        in += frame(spec, data);
      }
    }
  }
  return in;
}

// FRM-10, UTF-02, UTF-10, LIM-09, LIM-10, API-11: arbitrary input gives the same events and the same answers however it
// is cut.
TEST(Property, TracesDoNotDependOnTheCuts) {
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed * 7919);
    const Vector vector{"random", random_input(random), "", "", false, false};
    std::string sent;
    Delivery whole;
    whole.ring = 20000;  // no pong is ever left out
    const std::string trace = play(vector, whole, sent);
    for (int i = 0; i < 3; ++i) {
      Delivery other;
      other.ring = 20000;
      other.chunk = i == 0 ? 1 : 1 + random.below(60);
      other.placement = i == 2 ? Placement::guard : Placement::heap;
      std::size_t cut = 0;
      while ((cut += 1 + random.below(200)) < vector.in.size()) other.cuts.push_back(cut);
      std::string others;
      ASSERT_EQ(play(vector, other, others), trace);
      ASSERT_EQ(others, sent);
    }
  }
}

// LIM-09: pure noise never does more than fail the link.
TEST(Property, Noise) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed * 104729);
    SessionSetup setup;
    setup.server = random.below(2) == 0;
    Session s(setup);
    if (random.below(4) != 0) {
      ASSERT_TRUE(s.open());
    } else {
      ASSERT_EQ(s.start(), Status::ok);
    }
    s.receive(random_bytes(random, random.below(300)), random.below(20));
    s.peer_eof();
    if (!s.collector.closed()) s.advance(100000);
    ASSERT_TRUE(s.collector.closed());
    ASSERT_EQ(s.link.state(), Link::idle);
  }
}

}  // namespace
}  // namespace whit::test
