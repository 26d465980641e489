#include "whit/detail/dates.hpp"

#include <limits>

namespace whit::detail {
namespace {

// Where the parts of "Sun, 06 Nov 1994 08:49:37 GMT" stand.
constexpr std::size_t kSize = 29, kDay = 5, kMonth = 8, kYear = 12, kHour = 17, kMinute = 20, kSecond = 23, kZone = 25;
constexpr char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

bool number(const char* text, unsigned digits, std::uint32_t& value) {
  value = 0;
  for (unsigned i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + static_cast<std::uint32_t>(text[i] - '0');
  }
  return true;
}

// 1 to 12; 0 if it is none.
std::uint32_t month_of(const char* name) {
  for (std::uint32_t i = 0; i < 12; ++i) {
    const char* month = kMonths + 3 * i;
    if (name[0] == month[0] && name[1] == month[1] && name[2] == month[2]) return i + 1;
  }
  return 0;
}

}  // namespace

// Days are counted in years that begin with March, so that the leap day comes last.
std::uint64_t seconds_since_1970(std::uint32_t year, std::uint32_t month, std::uint32_t day,
                                 std::uint32_t seconds_of_day) {
  constexpr std::uint64_t kDaysTo1970 = 719468;
  if (month <= 2) --year;
  const std::uint32_t from_march = month > 2 ? month - 3 : month + 9;
  const std::uint64_t days =
      std::uint64_t{year} * 365 + year / 4 - year / 100 + year / 400 + (153 * from_march + 2) / 5 + day - 1;
  return days < kDaysTo1970 ? 0 : (days - kDaysTo1970) * 86400 + seconds_of_day;
}

std::uint64_t parse_http_date(std::string_view text) {
  if (text.size() != kSize) return 0;
  const char* p = text.data();
  std::uint32_t day = 0, year = 0, hour = 0, minute = 0, second = 0;
  const std::uint32_t month = month_of(p + kMonth);
  const bool good = number(p + kDay, 2, day) && number(p + kYear, 4, year) && number(p + kHour, 2, hour) &&
                    number(p + kMinute, 2, minute) && number(p + kSecond, 2, second) && month != 0 &&
                    std::string_view(p + kZone, 4) == " GMT" && p[3] == ',' && p[19] == ':' && p[22] == ':';
  if (!good || year < 1970 || day == 0 || hour > 23 || minute > 59 || second > 60) return 0;
  const std::uint64_t next_month = seconds_since_1970(month == 12 ? year + 1 : year, month % 12 + 1, 1, 0);
  if (seconds_since_1970(year, month, day, 0) >= next_month) return 0;  // 31 February
  return seconds_since_1970(year, month, day, hour * 3600 + minute * 60 + second);
}

std::uint32_t parse_retry_after(std::string_view text, std::uint64_t now) {
  std::uint64_t seconds = 0;
  bool digits = !text.empty();
  for (const char c : text) {
    digits = digits && c >= '0' && c <= '9';
    if (digits && seconds < kMost) seconds = seconds * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (!digits) {
    const std::uint64_t date = parse_http_date(text);
    seconds = now != 0 && date > now ? date - now : 0;
  }
  return seconds < kMost ? static_cast<std::uint32_t>(seconds) : kMost;
}

}  // namespace whit::detail
