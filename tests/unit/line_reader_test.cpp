// Lines of an HTTP head: every byte, every split, every size of the buffer.
#include "whit/detail/line_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace whit {
namespace {

using detail::LineReader;
using Result = LineReader::Result;

struct Line {
  Result result = Result::more;
  std::string text;
  bool cut = false;
  std::size_t used = 0;
  bool operator==(const Line& o) const {
    return result == o.result && text == o.text && cut == o.cut && used == o.used;
  }
};

Line read(const std::string& in, std::size_t room, bool lone_lf, std::size_t split = std::string::npos,
          std::size_t step = std::string::npos) {
  std::vector<std::uint8_t> buffer(room);
  LineReader reader;
  Line line;
  while (line.used < in.size() && line.result == Result::more) {
    std::size_t n = (line.used < split && split < in.size() ? split : in.size()) - line.used;
    if (n > step) n = step;
    const std::vector<std::uint8_t> piece(in.data() + line.used, in.data() + line.used + n);
    std::size_t used = 0;
    line.result = reader.read(Bytes(piece.data(), n), MutBytes(buffer.data(), room), lone_lf, used);
    EXPECT_LE(used, n);
    EXPECT_TRUE(used == n || line.result != Result::more);
    line.used += used;
  }
  line.text.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(reader.size()));
  line.cut = reader.cut();
  return line;
}

// HTP-01, HTP-12: nothing behind the end of the line is taken, wherever the input is split.
TEST(LineReaderSplits, AreAllTheSame) {
  for (const std::string end : {"\r\n", "\n"}) {
    for (const std::string text : {"", "a", "Upgrade: websocket", "x: \t\xc3\xbc\xff"}) {
      const std::string in = text + end + "next: line\r\n";
      const Line whole = read(in, 64, true);
      EXPECT_EQ(whole.result, Result::line);
      EXPECT_EQ(whole.text, text);
      EXPECT_EQ(whole.used, text.size() + end.size());
      EXPECT_TRUE(whole == read(in, 64, true, std::string::npos, 1));
      for (std::size_t split = 1; split < in.size(); ++split) EXPECT_TRUE(whole == read(in, 64, true, split));
    }
  }
}

// HTP-09: a lone LF is for the one who asks for it.
// HTP-10: a CR stands before a LF or nowhere; no other control but HTAB may stand in a line.
TEST(LineReaderBytes, EachAloneAndBehindACarriageReturn) {
  for (unsigned value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool control = (value < 0x20 && c != '\t') || value == 0x7F;
    for (const bool lone_lf : {false, true}) {
      const Line alone = read("ab" + std::string(1, c) + "\r\n", 8, lone_lf);
      if (c == '\n') {
        EXPECT_EQ(alone.result, lone_lf ? Result::line : Result::bad);
      } else {
        EXPECT_EQ(alone.result, control ? Result::bad : Result::line) << value;
      }
      const Line behind = read("ab\r" + std::string(1, c) + "\r\n", 8, lone_lf);
      EXPECT_EQ(behind.result, c == '\n' ? Result::line : Result::bad) << value;
    }
  }
}

// HTP-10: what is passed over is looked at all the same.
TEST(LineReaderBytes, BehindTheBuffer) {
  EXPECT_EQ(read(std::string("abcdef\0\r\n", 9), 4, true).result, Result::bad);
  EXPECT_EQ(read("abcdef\rx\r\n", 4, true).result, Result::bad);
}

// HTP-15: any room, none included.
TEST(LineReaderRoom, OfEverySize) {
  const std::string text = "0123456789";
  for (std::size_t room = 0; room <= text.size() + 1; ++room) {
    const Line line = read(text + "\r\n", room, false);
    EXPECT_EQ(line.result, Result::line);
    EXPECT_EQ(line.text, text.substr(0, room));
    EXPECT_EQ(line.cut, room < text.size()) << room;
  }
}

// HTP-15: a line that is longer than any count of it stays what it was: its start is never written over.
TEST(LineReaderRoom, LongerThanSixteenBits) {
  for (const std::size_t room :
       {std::size_t{0xFFFE}, std::size_t{0xFFFF}, std::size_t{0x10000}, std::size_t{0x20000}}) {
    for (const std::size_t size :
         {std::size_t{0xFFFE}, std::size_t{0xFFFF}, std::size_t{0x10000}, std::size_t{0x10010}}) {
      const Line line = read("name: " + std::string(size - 12, 'x') + "second\r\n", room, false);
      EXPECT_EQ(line.result, Result::line);
      EXPECT_EQ(line.text.substr(0, 8), "name: xx");
      EXPECT_TRUE(line.cut || line.text.size() == size) << room << ' ' << size;
      EXPECT_TRUE(!line.cut || size > 0xFFFE) << room << ' ' << size;
    }
  }
}

// HTP-15: constant memory for a line without an end.
TEST(LineReaderRoom, NoEnd) {
  std::vector<std::uint8_t> buffer(16);
  LineReader reader;
  const std::vector<std::uint8_t> in(1000, 'x');
  for (int i = 0; i < 1000; ++i) {
    std::size_t used = 0;
    ASSERT_EQ(reader.read(Bytes(in.data(), in.size()), MutBytes(buffer), true, used), Result::more);
    ASSERT_EQ(used, in.size());
  }
  EXPECT_EQ(reader.size(), buffer.size());
  EXPECT_TRUE(reader.cut());
  reader.next();
  EXPECT_EQ(reader.size(), 0u);
  EXPECT_FALSE(reader.cut());
}

}  // namespace
}  // namespace whit
