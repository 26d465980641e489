// The protocol vectors of the unit tests on a board: each whole, byte by byte, and at every split. What comes of it
// must be what came of it on the host.
#include "board.hpp"
#include "common/text.hpp"
#include "firmware_vectors.hpp"

int main(int argc, char** argv) {
  namespace board = whit::board;
  board::start(argc, argv);
  static replay::Player player;
  std::uint32_t plays = 0, wrong = 0, count = 0;
  const auto check = [&](const replay::Vector& vector, std::size_t cut, std::size_t step) {
    ++plays;
    if (player.play(vector, cut, step) == vector.digest) return;
    ++wrong;
    app::Line() << "WRONG: " << vector.name << ", cut " << static_cast<std::uint32_t>(cut) << ", step "
                << static_cast<std::uint32_t>(step) << "\n";
  };
  for (const replay::Vector& vector : kVectors) {
    ++count;
    check(vector, vector.size, 0);
    check(vector, vector.size, 1);
    for (std::size_t cut = 1; cut < vector.size && cut <= 150; ++cut) check(vector, cut, 0);
  }
  app::Line() << count << " vectors in " << plays << " ways, " << wrong << " wrong\n";
  board::end(wrong == 0 && count > 100);
}
