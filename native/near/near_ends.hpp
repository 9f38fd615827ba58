// All near ends of this user and state folder on this machine, asked one after the other, each by
// its socket (asking.hpp). One that is gone is left out; one that does not answer is a trouble to
// be told, and keeps nobody from hearing of the others.
#pragma once

#include "io/stream.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <vector>

namespace nearside::near_end {

namespace asio = boost::asio;

struct NearEnds {
  std::vector<nlohmann::json> status;  ///< Each one's, as Logbook::status.
  std::vector<Fault> troubles;
};
io::Async<NearEnds> ask_near_ends(asio::any_io_executor executor, std::filesystem::path state);

struct Traced {
  std::size_t near_ends = 0;
  std::size_t sessions = 0;
  std::size_t requests = 0;  ///< 0: nothing was written.
  std::vector<Fault> troubles;
};
/// Draws what their last requests took (inspect::chrome_trace) and writes it, 0600, whole or not at
/// all.
io::Async<Traced> trace_near_ends(asio::any_io_executor executor, std::filesystem::path state,
                                  std::filesystem::path file);

}  // namespace nearside::near_end
