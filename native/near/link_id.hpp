// The name of a link: 128 random bits as 32 hexadecimal digits.
#pragma once

#include <string>

namespace nearside::near_end {

std::string random_link_id();

}  // namespace nearside::near_end
