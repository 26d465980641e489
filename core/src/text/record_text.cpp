#include <cstring>

#include "whit/disconnect_record.hpp"

namespace whit {
namespace {

class Line {
 public:
  explicit Line(MutBytes out) : out_(out) {}
  Line& operator<<(std::string_view text) {
    const std::size_t room = out_.size() - size_;
    const std::size_t n = text.size() < room ? text.size() : room;
    if (n != 0) std::memcpy(out_.data() + size_, text.data(), n);
    size_ += n;
    return *this;
  }
  Line& operator<<(std::uint32_t value) {
    char digits[10];
    std::size_t n = 0;
    do digits[sizeof digits - ++n] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    return *this << std::string_view(digits + sizeof digits - n, n);
  }
  [[nodiscard]] std::string_view text() const { return as_text(Bytes(out_.data(), size_)); }

 private:
  MutBytes out_;
  std::size_t size_ = 0;
};

}  // namespace

std::string_view to_string(const DisconnectRecord& record, MutBytes out) {
  Line line(out);
  if (!record.is_valid()) return (line << "no record").text();
  constexpr std::string_view kBy[] = {"lost", "ended by the peer", "ended by us"};
  line << kBy[static_cast<unsigned>(record.by) % 3] << (record.was_clean != 0 ? ", clean" : ", not clean") << ": ";
  if (record.error != Error::none) line << to_string(category(record.error)) << " " << to_string(record.error);
  if (record.http_status != 0) line << " " << record.http_status;
  if (record.error == Error::none) line << "close " << record.close_code;
  line << "; attempt " << record.attempts;
  if (record.opened == 0) return (line << ", never open").text();
  line << ", open for " << record.age_ms << " ms, in " << record.messages_in << "/" << record.bytes_in << " B, out "
       << record.messages_out << "/" << record.bytes_out << " B, rtt " << record.last_rtt_ms << " ms";
  return line.text();
}

}  // namespace whit
