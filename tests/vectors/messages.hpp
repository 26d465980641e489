// Fragments, control frames between them, and Close: the ground of Autobahn's cases 2, 5 and 7.
#pragma once

#include "vectors/build.hpp"

namespace whit::test {

inline std::vector<Vector> fragments() {
  const std::string many_in = [] {
    std::string s = text("0", false);
    for (int i = 1; i < 40; ++i) s += continuation(std::to_string(i), false);
    return s + continuation("end", true);
  }();
  const std::string many = [] {
    std::string s;
    for (int i = 0; i < 40; ++i) s += std::to_string(i);
    return s + "end";
  }();
  return {
      passes("two fragments", text("Hel", false) + continuation("lo", true), got_text("Hello")),
      passes("three empty fragments", text("", false) + continuation("", false) + continuation("", true), got_text("")),
      passes("empty, some, empty", binary("", false) + continuation("abc", false) + continuation("", true),
             got_binary("abc")),
      passes("some, empty, some", text("ab", false) + continuation("", false) + continuation("c", true),
             got_text("abc")),
      passes("many fragments", many_in, got_text(many)),
      passes("ping between fragments", text("Hel", false) + ping("p") + continuation("lo", true), got_text("Hello"),
             "pong p"),
      passes("ping before, between and behind",
             ping("1") + text("a", false) + ping("2") + continuation("b", false) + ping("3") + continuation("c", true) +
                 ping("4"),
             got_text("abc"), "pong 1|pong 2|pong 3|pong 4"),
      passes("binary behind a fragmented text", text("a", false) + continuation("b", true) + binary("\xFF\xFE"),
             got_text("ab") + got_binary("\xFF\xFE")),
      passes("pong between fragments", text("a", false) + pong("x") + continuation("b", true), got_text("ab")),
  };
}

inline std::vector<Vector> bad_fragments() {
  return {
      breaks("a continuation first", continuation("x", true), "unexpected_continuation"),
      breaks("an unfinished continuation first", continuation("x", false), "unexpected_continuation"),
      breaks("a continuation behind a message", text("a") + continuation("b", true), "unexpected_continuation", 1002,
             got_text("a")),
      breaks("a continuation behind the last", text("a", false) + continuation("b", true) + continuation("c", true),
             "unexpected_continuation", 1002, got_text("ab")),
      breaks("text within text", text("a", false) + text("b"), "expected_continuation"),
      breaks("binary within text", text("a", false) + binary("b"), "expected_continuation"),
      breaks("text within binary", binary("a", false) + text("b", false), "expected_continuation"),
      breaks("empty text within empty text", text("", false) + text(""), "expected_continuation"),
      breaks("ping without FIN", frame({kOpPing, false, 0, {}, 0, {}}, "x") + continuation("y", true),
             "control_fragmented"),
      breaks("pong without FIN", frame({kOpPong, false, 0, {}, 0, {}}, ""), "control_fragmented"),
      breaks("close without FIN", frame({kOpClose, false, 0, {}, 0, {}}, ""), "control_fragmented"),
      breaks("ping without FIN within a message", text("a", false) + frame({kOpPing, false, 0, {}, 0, {}}, ""),
             "control_fragmented"),
  };
}

inline std::vector<Vector> pings() {
  std::string all_bytes;
  for (int i = 0; i < 125; ++i) all_bytes += static_cast<char>(i * 2 + 1);
  std::string ten, ten_pongs;
  for (int i = 0; i < 10; ++i) {
    ten += ping("payload-" + std::to_string(i));
    ten_pongs += (i == 0 ? "pong payload-" : "|pong payload-") + std::to_string(i);
  }
  return {
      passes("ping without payload", ping(), "", "pong"),
      passes("ping of one byte", ping("x"), "", "pong x"),
      passes("ping of 125 bytes", ping(all_bytes), "", "pong #125"),
      passes("ping that is not text", ping("\xFE\xFF\x80"), "", "pong \xFE\xFF\x80"),
      passes("ten pings at once", ten, "", ten_pongs),
      passes("pong unasked", pong("who?") + ping("me"), "", "pong me"),
      passes("empty pong unasked", pong() + text("a"), got_text("a")),
  };
}

inline std::vector<Vector> closes() {
  std::vector<Vector> out = {
      ends("an empty Close", close_frame(), "close 1005 clean\n", "close"),
      ends("Close 1000", close_frame(1000), "close 1000 clean\n", "close 1000"),
      ends("Close with a reason", close_frame(4001, "bye now"), "close 4001 clean bye now\n", "close 4001"),
      ends("Close with the longest reason", close_frame(1000, std::string(123, 'r')),
           "close 1000 clean " + std::string(123, 'r') + "\n", "close 1000"),
      ends("Close with a reason of three bytes a character", close_frame(1001, "\xE2\x82\xAC"),
           "close 1001 clean \xE2\x82\xAC\n", "close 1001"),
      ends("Close within a message", text("par", false) + close_frame(1000), "close 1000 clean\n", "close 1000"),
      ends("Close behind messages", text("a") + binary("b") + close_frame(1000),
           got_text("a") + got_binary("b") + "close 1000 clean\n", "close 1000"),
      breaks("Close of one byte", frame({kOpClose, true, 0, {}, 0, {}}, "\x03"), "bad_close_body"),
      breaks("Close with a bad reason", close_frame(1000, "\xC0\xAF"), "bad_close_reason", 1007),
      breaks("Close with a surrogate", close_frame(1000, "ok \xED\xA0\x80"), "bad_close_reason", 1007),
      breaks("Close with a cut character", close_frame(1000, "abc \xE2\x82"), "bad_close_reason", 1007),
  };
  for (const unsigned code : {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u, 3000u,
                              3003u, 3008u, 3999u, 4000u, 4999u}) {
    const std::string n = std::to_string(code);
    out.push_back(ends("Close " + n, close_frame(code, "r"), "close " + n + " clean r\n", "close " + n));
  }
  for (const unsigned code : {0u, 1u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u}) {
    out.push_back(breaks("Close " + std::to_string(code), close_frame(code, "r"), "bad_close_code"));
  }
  return out;
}

}  // namespace whit::test
