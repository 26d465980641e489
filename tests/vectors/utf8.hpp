// Text that is UTF-8 and text that is not: the ground of Autobahn's cases 6.
#pragma once

#include "vectors/build.hpp"

namespace whit::test {

/// Valid text of every shape of sequence.
inline std::vector<std::string> good_texts() {
  using namespace std::string_literals;
  return {"",
          "Hello",
          "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",
          "\0a\0"s,
          "\x7F",
          "\xC2\x80",
          "\xDF\xBF",
          "\xE0\xA0\x80",
          "\xED\x9F\xBF",
          "\xEE\x80\x80",
          "\xEF\xBB\xBF",
          "\xEF\xBF\xBD",
          "\xEF\xBF\xBE",
          "\xEF\xBF\xBF",
          "\xF0\x90\x80\x80",
          "\xF0\x9F\x98\x80 smile",
          "\xF4\x8F\xBF\xBF",
          "\xF0\x9F\xBF\xBE",
          "abcdefghijklmnopqrstuvwxyz\xE2\x82\xAC"
          "abcdefgh\xC3\xA9",
          "aaaaaaa\xC3\xA4"
          "bbbbbbb\xF0\x9F\x98\x80"
          "ccccccccccccccccccccccccccccccccccccc"};
}

/// Sequences that no text may hold, with the number of bytes up to and including the first impossible one; 0 when only
/// the end of the message shows it.
struct BadText {
  std::string bytes;
  std::size_t shows_at;
};

inline std::vector<BadText> bad_texts() {
  return {
      {"\x80", 1},
      {"\xBF", 1},
      {"a\x80", 2},
      {"\xC0\xAF", 1},
      {"\xC1\xBF", 1},
      {"\xE0\x80\xAF", 2},
      {"\xE0\x9F\xBF", 2},
      {"\xF0\x80\x80\xAF", 2},
      {"\xF0\x8F\xBF\xBF", 2},
      {"\xED\xA0\x80", 2},
      {"\xED\xBF\xBF", 2},
      {"\xED\xA0\x80\xED\xB0\x80", 2},
      {"\xF4\x90\x80\x80", 2},
      {"\xF5\x80\x80\x80", 1},
      {"\xF8\x88\x80\x80\x80", 1},
      {"\xFC\x84\x80\x80\x80\x80", 1},
      {"\xFE", 1},
      {"\xFF", 1},
      {"\xC3z", 2},
      {"\xE2\x82z", 3},
      {"\xF0\x9F\x98z", 4},
      {"\xC3\xC3", 2},
      {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xF4\x90\x80\x80", 13},
      {"\xC3", 0},
      {"\xE2\x82", 0},
      {"\xF0\x9F\x98", 0},
      {"Hello \xE2", 0},
      {"abcdefghijklmnopqrstuvwxyz0123456789\xFF", 37},
      {"abcdefghijklmnopqrstuvwxyz012345\xC3\xA9\xA9", 35},
  };
}

inline std::vector<Vector> utf8_vectors() {
  std::vector<Vector> out;
  for (const std::string& good : good_texts()) {
    out.push_back(passes("good text", text(good), got_text(good)));
    // Each character cut by a frame's end, with a ping between the halves.
    for (std::size_t cut = 0; cut <= good.size() && cut < 12; ++cut) {
      out.push_back(passes("good text, cut",
                           text(good.substr(0, cut), false) + ping() + continuation(good.substr(cut), true),
                           got_text(good), "pong"));
    }
  }
  for (const BadText& bad : bad_texts()) {
    out.push_back(breaks("bad text", text("fine") + text(bad.bytes), "bad_utf8", 1007, got_text("fine")));
    out.push_back(breaks("bad text, cut", text(bad.bytes.substr(0, 1), false) + continuation(bad.bytes.substr(1), true),
                         "bad_utf8", 1007));
  }
  out.push_back(breaks("a character that an empty frame leaves open", text("\xF0\x9F", false) + continuation("", true),
                       "bad_utf8", 1007));
  out.push_back(passes("binary is never looked at", binary("\xFE\xFF\x80") + text("ok"),
                       got_binary("\xFE\xFF\x80") + got_text("ok")));
  out.push_back(passes("binary fragments are never looked at",
                       binary("\xC3", false) + continuation("\xC3", true) + text("ok"),
                       got_binary("\xC3\xC3") + got_text("ok")));
  return out;
}

}  // namespace whit::test
