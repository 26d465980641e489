// Writes the vectors of the unit tests as an array for boards, with the digest of what this machine makes of each:
// whole, which the unit tests hold to be right.
#include <cstdio>
#include <string>
#include <vector>

#include "firmware/replay.hpp"
#include "vectors/framing.hpp"
#include "vectors/messages.hpp"
#include "vectors/utf8.hpp"

int main(int argc, char** argv) {
  using namespace whit::test;
  if (argc != 2) return 2;
  std::FILE* out = std::fopen(argv[1], "w");
  if (out == nullptr) return 1;
  static replay::Player player;
  std::string table;
  unsigned count = 0;
  for (const auto& group : {rfc_examples(), lengths(), bad_lengths(), reserved(), fragments(), bad_fragments(), pings(),
                            closes(), utf8_vectors()}) {
    for (const Vector& each : group) {
      if (each.in.empty() || each.in.size() > replay::kLargest) continue;
      std::fprintf(out, "constexpr std::uint8_t kIn%u[] = {", count);
      for (const char byte : each.in) std::fprintf(out, "%u,", static_cast<unsigned>(static_cast<unsigned char>(byte)));
      std::fprintf(out, "};\n");
      replay::Vector vector{each.name.c_str(), reinterpret_cast<const std::uint8_t*>(each.in.data()),
                            static_cast<std::uint32_t>(each.in.size()), each.server, 0};
      const std::uint32_t digest = player.play(vector, vector.size, 0);
      std::string name;
      for (const char c : each.name) name += c == '"' || c == '\\' || c < ' ' ? '?' : c;
      table += "  {\"" + name + "\", kIn" + std::to_string(count) + ", sizeof kIn" + std::to_string(count) + ", " +
               (each.server ? "true" : "false") + ", " + std::to_string(digest) + "u},\n";
      ++count;
    }
  }
  std::fprintf(out, "constexpr replay::Vector kVectors[] = {\n%s};\n", table.c_str());
  return std::fclose(out) == 0 && count > 100 ? 0 : 1;
}
