// `nearside --version`.
#pragma once

#include <string>

namespace nearside::cli {

std::string version_text();

}  // namespace nearside::cli
