// A script that an application, a peer, a transport and a clock play on one link: the input is what each of them does,
// one after the other. Here the application may do anything at any time, above all while the transport takes nothing.
// The first four bytes choose how the link is made.
#include "application.hpp"

namespace {

using fuzz::Application;
using fuzz::Script;
using fuzz::ScriptLink;

constexpr unsigned kMaxSteps = 300;

/// The other end: frames in any state of completeness.
void peer(ScriptLink& link, Script& script, unsigned step, unsigned salt) {
  whit::test::FrameSpec spec;
  switch (step) {
    case 0: {
      spec.opcode = whit::test::kOpPing;
      return link.peer_frame(spec, fuzz::bytes_of(script.size() % 126, salt));
    }
    case 1: {
      spec.opcode = whit::test::kOpClose;
      constexpr unsigned kCodes[] = {1000, 1001, 3000, 4999, 1005, 1011};
      const unsigned code = script.below(8);
      const std::string reason = fuzz::text_of(script.size() % 124, salt);
      return link.peer_frame(spec,
                             code < 6 ? whit::test::close_body(kCodes[code], reason) : std::string(code - 6, 'x'));
    }
    case 2: {
      spec.opcode = whit::test::kOpPong;
      return link.peer_frame(spec,
                             script.below(2) != 0 ? link.ledger.last_ping() : fuzz::bytes_of(script.size() % 126, 0));
    }
    case 3: {
      // A message, or a part of one.
      const unsigned bits = script.byte();
      spec.opcode = bits % 3;
      spec.fin = (bits & 4) != 0;
      const std::size_t size = script.size();
      return link.peer_frame(spec, spec.opcode == 1 ? fuzz::text_of(size, salt) : fuzz::bytes_of(size, salt));
    }
    case 4: {
      // Any header.
      const unsigned first = script.byte(), bits = script.byte();
      spec.opcode = first & 15;
      spec.fin = (first & 0x80) != 0;
      spec.rsv = first >> 4 & 7;
      constexpr unsigned kForms[] = {0, 0, 16, 64};
      spec.length_form = kForms[bits & 3];
      return link.peer_frame(spec, fuzz::bytes_of(script.size(), salt), (bits & 4) != 0);
    }
    default: return link.peer(script.raw(script.byte()));
  }
}

void transport(ScriptLink& link, Script& script, unsigned step) {
  switch (step) {
    case 0: return link.grant(0);
    case 1: return link.grant(script.size());
    case 2: return link.grant(ScriptLink::kAll);
    case 3: {
      if (link.transport.tx_held() != 0) return;
      constexpr whit::test::Holding kWays[] = {whit::test::Holding::none, whit::test::Holding::sealed,
                                               whit::test::Holding::reference};
      link.transport.holding = kWays[script.below(3)];
      link.transport.record_size = 1 + script.size();
      return;
    }
    case 4: return link.fail_later(1 + script.byte());
    case 5: return link.leave(script.below(2) != 0);
    default:
      if (link.entropy.fail_from == 0) link.entropy.fail_from = link.entropy.calls() + 1 + script.byte();
  }
}

void sleep(ScriptLink& link, Script& script) {
  const unsigned value = script.byte();
  const whit::Deadline next = link.socket().next_deadline();
  if (value != 0) {
    link.now = link.now + (value < 100 ? value : (value - 99) * 100);
  } else if (!next.is_never() && !next.is_immediate()) {
    link.now = next.instant();
  }
}

void play(ScriptLink& link, Script& script) {
  Application application(link);
  if (link.setup.opens) application.open();
  for (unsigned step = 0; step < kMaxSteps && script.more(); ++step) {
    const unsigned what = script.below(40);
    if (what < 18) {
      application.act(script, what);
    } else if (what < 24) {
      peer(link, script, what - 18, step);
    } else if (what < 26) {
      link.deliver(what == 24 ? ScriptLink::kAll : script.size());
    } else if (what < 33) {
      transport(link, script, what - 26);
    } else if (what < 35) {
      sleep(link, script);
    } else if (what == 35) {
      whit::Event event;
      static_cast<void>(link.poll(event));
    } else {
      link.settle();
    }
  }
  link.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  ScriptLink link{fuzz::Setup(script)};
  play(link, script);
  return 0;
}
