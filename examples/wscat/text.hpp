// Text in other clothes: JSON, base64, and what a terminal can take.
#pragma once

#include <string>
#include <string_view>

#include "whit/bytes.hpp"

namespace wscat {

[[nodiscard]] bool is_utf8(std::string_view text);
/// Text as a JSON string, with its quotes. Bytes that are not UTF-8 become U+FFFD: the output is always valid JSON.
std::string json_string(std::string_view text);
std::string base64(whit::Bytes bytes);
/// False if it is not base64 (RFC 4648 4, with padding), or not an even number of hexadecimal digits.
bool from_base64(std::string_view text, std::string& bytes);
bool from_hex(std::string_view text, std::string& bytes);
/// Text for a terminal or a log: what the other side says must not act on it (RFC 6455 5.5.1).
std::string printable(std::string_view text);

}  // namespace wscat
