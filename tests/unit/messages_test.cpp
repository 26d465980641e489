// Whole messages in the caller's buffer.
#include "whit/messages.hpp"

#include <gtest/gtest.h>

#include "support/scale.hpp"
#include "vectors/build.hpp"

namespace whit::test {
namespace {

// Plays bytes through Messages and returns the trace.
struct Assembled {
  std::string trace, sent;
};

Assembled assemble(const std::string& in, std::size_t buffer_size, Oversize policy, std::size_t chunk,
                   Placement placement, std::size_t limit = kUnlimited) {
  Session s;
  s.link.placement = placement;
  s.client_options.max_message_size = limit;
  std::vector<std::uint8_t> buffer(buffer_size);
  Messages messages(s.ws, MutBytes(buffer), policy);
  EXPECT_EQ(s.start(), Status::ok);
  s.run();
  s.link.push(response_for(to_text(s.link.sent())));
  const std::size_t request = s.link.sent().size();
  s.link.push(in, chunk);
  Event event;
  unsigned idle = 0;
  for (int polls = 0; polls < 3000000 && idle < 10; ++polls) {
    if (messages.poll(s.now, event)) {
      s.collector.add(event, s.ws.ready_state());
      EXPECT_NE(event.type, Event::Type::chunk);
      idle = 0;
    } else if (s.ws.next_deadline().ms_left(s.now) != 0) {
      ++idle;
      if (idle == 5) s.link.push_eof();
    }
  }
  const Buffer& all = s.link.sent();
  const Decoded decoded = decode(Buffer(all.begin() + static_cast<std::ptrdiff_t>(request), all.end()));
  EXPECT_EQ(find_fault(decoded.frames, true), "");
  return {s.trace(), describe(decoded.frames)};
}

void expect_assembled(const std::string& in, std::size_t buffer, Oversize policy, const std::string& trace,
                      const std::string& sent) {
  for (const std::size_t chunk : std::vector<std::size_t>{0, 1, 2, 3, 5, 17, 64}) {
    for (const Placement placement : {Placement::heap, Placement::guard}) {
      const Assembled got = assemble(in, buffer, policy, chunk, placement);
      EXPECT_EQ(got.trace, "open\n" + trace) << "chunks of " << chunk;
      EXPECT_EQ(got.sent, sent) << "chunks of " << chunk;
    }
  }
}

const std::string kLost = failed("connection_lost");

// FRG-02, LIM-01: messages up to the buffer's size, however they are cut.
TEST(Assembler, MessagesThatFit) {
  const std::string in = text("") + text("Hello") + binary(std::string(99, 'b'), false) + ping("p") +
                         continuation("x", true) + text("\xE2\x82\xAC", false) + continuation("", true) +
                         text(std::string(100, 't'));
  expect_assembled(in, 100, Oversize::close,
                   got_text("") + got_text("Hello") + got_binary(std::string(99, 'b') + "x") +
                       got_text("\xE2\x82\xAC") + got_text(std::string(100, 't')) + kLost,
                   "pong p");
}

// LIM-01, CLS-19: one byte more closes with 1009 as soon as the header shows it.
TEST(Assembler, TooBigCloses) {
  for (const std::string& big :
       {text(std::string(101, 't')), binary(std::string(60, 'a'), false) + continuation(std::string(41, 'b'), true),
        frame({kOpText, true, 0, {}, 0, 101}), frame({kOpBinary, true, 0, {}, 0, std::uint64_t{1} << 62})}) {
    expect_assembled(text("before") + big, 100, Oversize::close, got_text("before") + failed("message_too_big"),
                     "close 1009");
  }
}

// LIM-08: skipped in constant memory, reported with size and type; pings are answered, the next message is whole.
TEST(Assembler, TooBigIsSkipped) {
  const std::string in = text("before") + binary(std::string(5000, 'B')) + ping("still here") + text("after") +
                         text(std::string(60, 'a'), false) + ping("inside") + continuation(std::string(41, 'b'), true) +
                         text("end");
  expect_assembled(
      in, 100, Oversize::skip,
      got_text("before") + "skipped 5000\n" + got_text("after") + "skipped 101\n" + got_text("end") + kLost,
      "pong still here|pong inside");
}

// LIM-08, UTF-01: what is skipped must still be UTF-8.
TEST(Assembler, SkippedTextIsValidated) {
  expect_assembled(text(std::string(200, 'a') + "\xFF" + std::string(50, 'b')) + text("x"), 100, Oversize::skip,
                   failed("bad_utf8"), "close 1007");
}

// LIM-08: ten megabytes through a kilobyte.
TEST(Assembler, TenMegabytesSkipped) {
  constexpr std::size_t kSize = (10u << 20) / kFraction;
  const std::string in = text(std::string(kSize, 'x')) + text("normal");
  const Assembled got = assemble(in, 1024, Oversize::skip, 1460, Placement::heap);
  EXPECT_EQ(got.trace, "open\nskipped " + std::to_string(kSize) + "\n" + got_text("normal") + kLost);
}

// LIM-01, LIM-08: max_message_size holds for both policies: the smaller limit wins.
TEST(Assembler, OptionsLimitHoldsToo) {
  for (const Oversize policy : {Oversize::close, Oversize::skip}) {
    const Assembled got = assemble(text(std::string(51, 'x')), 100, policy, 0, Placement::heap, 50);
    EXPECT_EQ(got.trace, "open\n" + failed("message_too_big"));
    EXPECT_EQ(got.sent, "close 1009");
  }
}

// A buffer of no size takes empty messages.
TEST(Assembler, BufferOfNoSize) {
  expect_assembled(text("") + text("x") + binary(""), 0, Oversize::skip,
                   got_text("") + "skipped 1\n" + got_binary("") + kLost, "");
}

// An application that polls the socket itself again is bound by its options only.
TEST(Assembler, StateDoesNotOutliveTheLink) {
  Session s;
  std::vector<std::uint8_t> buffer(50);
  Messages messages(s.ws, MutBytes(buffer), Oversize::close);
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(s.start(), Status::ok);
    const std::size_t before = s.link.sent().size();
    Event event;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(messages.poll(s.now, event));
    const Buffer& all = s.link.sent();
    s.link.push(response_for(to_text(Buffer(all.begin() + static_cast<std::ptrdiff_t>(before), all.end()))));
    s.link.push(text("unfinished", false) + continuation("more", false), 3);
    s.link.push_eof();
    for (int i = 0; i < 1000; ++i) {
      if (messages.poll(s.now, event)) s.collector.add(event, s.ws.ready_state());
    }
    EXPECT_EQ(s.trace(), "open\n" + kLost);
  }
}

// LIM-01: the buffer's size is a limit of a link that is open already, too.
TEST(Assembler, LimitOfALinkThatIsOpen) {
  for (const bool whole : {true, false}) {
    Session s;
    std::vector<std::uint8_t> buffer(100);
    ASSERT_TRUE(s.open());
    Messages messages(s.ws, MutBytes(buffer), Oversize::close);
    s.link.push(whole ? text(std::string(101, 'x')) : frame({kOpBinary, true, 0, {}, 0, 101}, "x"));
    Event event;
    for (int i = 0; i < 100 && s.collector.records.size() < 2; ++i) {
      if (messages.poll(s.now, event)) s.collector.add(event, s.ws.ready_state());
      if (i == 50) s.link.push_eof();  // the error is told when TCP has ended
    }
    EXPECT_EQ(s.collector.error(), Error::message_too_big);
    EXPECT_EQ(s.sent(), "close 1009");
  }
}

// A message in one piece is handed out where it lies.
TEST(Assembler, NoCopyOfAWholeMessage) {
  Session s;
  std::vector<std::uint8_t> buffer(100);
  ASSERT_TRUE(s.open());
  Messages messages(s.ws, MutBytes(buffer));
  s.link.push(text("in place"));
  Event event;
  while (!messages.poll(s.now, event)) {
  }
  ASSERT_EQ(event.type, Event::Type::message);
  EXPECT_EQ(event.message.text(), "in place");
  const std::uint8_t* const at = event.message.data.data();
  EXPECT_TRUE(at < buffer.data() || at >= buffer.data() + buffer.size());
}

}  // namespace
}  // namespace whit::test
