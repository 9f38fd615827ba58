// io's bell, by the name that this room has for it.
// It holds nothing of its own.
// Refused: anything but the name.
#pragma once

#include "io/wake.hpp"

namespace nearside::far_end {

namespace asio = boost::asio;
using io::Wake;

}  // namespace nearside::far_end
