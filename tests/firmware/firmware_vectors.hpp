// What tests/firmware/dump_vectors.cpp wrote.
#pragma once

#include "replay.hpp"

namespace {
#include "vectors.inc"
}  // namespace
