#include "wscat/output.hpp"

#include <cerrno>
#include <cstring>

#include "whit/close_code.hpp"
#include "wscat/advice.hpp"
#include "wscat/text.hpp"

namespace wscat {

namespace {

constexpr std::size_t kBodyShown = 300;  // bytes of a refusal's body, for a person

std::string member(const char* name, std::string_view value) {
  return "\"" + std::string(name) + "\":" + json_string(value);
}

std::string optional_member(const char* name, std::string_view value) {
  return value.empty() ? std::string() : "," + member(name, value);
}

std::string type_name(whit::MessageType type) { return type == whit::MessageType::text ? "text" : "binary"; }

}  // namespace

void Output::line(const std::string& text, std::FILE* to) {
  progress_.leave_line();
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
  if (std::fflush(to) == 0 || to != stdout || lost_) return;
  lost_ = true;
  line("wscat: cannot write to standard output: " + std::string(std::strerror(errno)), stderr);
}

void Output::detail(const char* title, std::string_view text) {
  if (!text.empty()) line("  " + std::string(title) + ": " + printable(text), stderr);
}

void Output::show(const whit::Event& event) {
  using Type = whit::Event::Type;
  switch (event.type) {
    case Type::open: return open();
    case Type::message: return message(event.message);
    case Type::skipped: return skipped(event.skipped);
    case Type::pong: return pong(event.rtt_ms);
    case Type::error: return error(event.error, event.http_status);
    case Type::close: return close(event.close);
    case Type::retry:
    case Type::stopped:
    case Type::chunk:  // Receiver makes messages of them
      return;
  }
}

void Output::open() {
  const std::string_view protocol = socket_.protocol();
  if (json_) {
    return line(R"({"event":"open",)" + member("url", socket_.url()) + "," + member("protocol", protocol) + "," +
                member("extensions", socket_.extensions()) +
                (!socket_.transport().secure() ? "" : R"(,"tls":)" + secure_->json()) + "}");
  }
  line("connected to " + printable(socket_.url()) + (protocol.empty() ? "" : ", subprotocol " + printable(protocol)) +
       (!socket_.transport().secure() ? "" : " (" + secure_->text() + ")"));
}

void Output::message(const whit::Message& message) {
  const bool text = message.type == whit::MessageType::text;
  const std::string size = std::to_string(message.data.size());
  if (!json_) return line(text ? "< " + printable(message.text()) : "< (" + size + " bytes, binary)");
  const std::string data = text ? json_string(message.text()) : "\"" + base64(message.data) + "\"";
  line(R"({"event":"message","type":")" + type_name(message.type) + R"(","size":)" + size + R"(,"data":)" + data + "}");
}

void Output::skipped(const whit::Skipped& skipped) {
  const std::string size = std::to_string(skipped.size);
  const std::string type = type_name(skipped.type);
  if (json_) return line(R"({"event":"skipped","type":")" + type + R"(","size":)" + size + "}");
  line("< (" + size + " bytes, " + type + ", skipped: --max-message is smaller)");
}

void Output::pong(std::uint32_t rtt_ms) {
  const std::string ms = std::to_string(rtt_ms);
  line(json_ ? R"({"event":"pong","rttMs":)" + ms + "}" : "pong after " + ms + " ms");
}

void Output::error(whit::Error error, unsigned status) {
  if (!json_) {
    line("error: " + std::string(sentence(error)), stderr);
    detail("what to do", advice(error, status, follows_));
    detail("detail", tls_detail(error));
    return explain(status);
  }
  std::string out =
      R"({"event":"error",)" + member("error", to_string(error)) + "," + member("category", to_string(category(error)));
  if (status != 0) out += R"(,"status":)" + std::to_string(status);
  out += "," + member("message", sentence(error)) + optional_member("detail", tls_detail(error)) +
         optional_member("location", refusal_.location()) + optional_member("retryAfter", refusal_.retry_after()) +
         optional_member("wwwAuthenticate", refusal_.www_authenticate()) +
         optional_member("versions", refusal_.versions()) + optional_member("body", as_text(refusal_.body()));
  line(out + "}");
}

std::string Output::tls_detail(whit::Error error) const {
  return secure_ != nullptr && category(error) == whit::Category::tls ? secure_->detail() : std::string();
}

// What the server said when it refused, for a person.
void Output::explain(unsigned status) {
  if (status != 0) detail("HTTP status", std::to_string(status));
  detail("location", refusal_.location());
  detail("try again after", refusal_.retry_after());
  detail("it asks for", refusal_.www_authenticate());
  detail("it speaks version", refusal_.versions());
  detail("it says", as_text(refusal_.body()).substr(0, kBodyShown));
}

void Output::failure(std::string_view name, std::string_view category, std::string_view text) {
  if (!json_) return line("error: " + printable(text), stderr);
  line(R"({"event":"error",)" + member("error", name) + "," + member("category", category) + "," +
       member("message", text) + "}");
}

void Output::retry(const whit::Event& event) {
  const std::string attempt = std::to_string(event.retry.attempt), delay = std::to_string(event.retry.delay_ms);
  const std::string cause = event.error != whit::Error::none ? std::string(to_string(event.error))
                                                             : "close " + std::to_string(event.close.code);
  if (json_) {
    return line(R"({"event":"retry","attempt":)" + attempt + R"(,"delayMs":)" + delay + "," + member("cause", cause) +
                "}");
  }
  line("attempt " + attempt + " follows in " + delay + " ms (" + cause + ")");
}

void Output::redirected(std::string_view url) {
  if (!json_) line("redirected to " + printable(url));
}

void Output::close(const whit::CloseEvent& event) {
  const std::string code = std::to_string(event.code);
  if (json_) {
    return line(R"({"event":"close","code":)" + code + "," + member("reason", event.reason) + R"(,"wasClean":)" +
                (event.was_clean ? "true}" : "false}"));
  }
  line("closed with " + code + " (" + std::string(whit::close_code_name(event.code)) + ")" +
       (event.reason.empty() ? "" : ": " + printable(event.reason)) + (event.was_clean ? "" : ", not cleanly"));
}

}  // namespace wscat
