// Events, for a person or as JSON lines.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "whit/refusal.hpp"
#include "whit/websocket.hpp"
#include "wscat/options.hpp"
#include "wscat/progress.hpp"
#include "wscat/secure.hpp"

namespace wscat {

/// What happened goes to standard output; for a person, errors go to standard error. Each line is flushed.
class Output {
 public:
  /// `secure` is null for ws://.
  Output(const Options& options, const whit::WebSocket& socket, const whit::Refusal& refusal, const Secure* secure,
         Progress& progress)
      : json_(options.json),
        follows_(options.redirects != 0),
        socket_(socket),
        refusal_(refusal),
        secure_(secure),
        progress_(progress) {}

  void show(const whit::Event& event);
  /// Something that is wrong on this side.
  void failure(std::string_view name, std::string_view category, std::string_view text);
  void close(const whit::CloseEvent& event);
  void retry(const whit::Event& event);
  void redirected(std::string_view url);
  /// Standard output took no more: something was not shown.
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  void line(const std::string& text, std::FILE* to = stdout);
  void detail(const char* title, std::string_view text);
  void open();
  void message(const whit::Message& message);
  void skipped(const whit::Skipped& skipped);
  void pong(std::uint32_t rtt_ms);
  void error(whit::Error error, unsigned status);
  void explain(unsigned status);
  [[nodiscard]] std::string tls_detail(whit::Error error) const;

  bool json_;
  bool follows_;  // redirects
  const whit::WebSocket& socket_;
  const whit::Refusal& refusal_;
  const Secure* secure_;
  Progress& progress_;
  bool lost_ = false;
};

}  // namespace wscat
